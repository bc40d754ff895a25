import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

import { type Browser, chromium } from 'playwright-core';

const CACHE = resolve(import.meta.dirname, '../../node_modules/.cache/chromium');

/** A Chromium of this machine: what CHROMIUM_PATH names, else what is on the PATH. */
function installed(): string | undefined {
  const named = process.env['CHROMIUM_PATH'];
  if (named !== undefined) return named;
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.map((folder) => join(folder, 'chromium')).find((path) => existsSync(path));
}

/**
 * The one of the package @sparticuz/chromium, unpacked once, with its fonts. It has none for other systems than Linux.
 *
 * @throws Error where it cannot be unpacked
 */
async function unpacked(): Promise<string> {
  if (existsSync(CACHE)) return join(CACHE, 'chromium');
  mkdirSync(resolve(CACHE, '..'), { recursive: true });
  const folder = mkdtempSync(`${CACHE}-`);
  const before = process.env['TMPDIR'];
  // Where the package puts what it unpacks.
  process.env['TMPDIR'] = folder;
  try {
    const { default: packed } = await import('@sparticuz/chromium');
    await packed.executablePath();
  } finally {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  }
  try {
    // Whole or not at all.
    renameSync(folder, CACHE);
  } catch {
    // Another process was faster.
    rmSync(folder, { recursive: true });
  }
  return join(CACHE, 'chromium');
}

/** A browser without a window; a text that says what to install where none can be started. */
export async function startBrowser(): Promise<Browser | string> {
  try {
    return await chromium.launch({
      executablePath: installed() ?? (await unpacked()),
      // Chromium has no sandbox for root, as whom tests run in containers.
      args: ['--no-sandbox', '--disable-gpu'],
    });
  } catch (error) {
    return `install Chromium (Debian's package chromium), or name one by CHROMIUM_PATH: ${String(error).split('\n')[0]}`;
  }
}
