import '@tensorflow/tfjs';
import { createReadStream, existsSync, readdirSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import axe, { type AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startBrowser } from '../../../packages/report/test/html/browser.ts';
import { LOOK_EVERY, Session } from '../figure/session.ts';
import { buildSite } from '../site/build.ts';
import { WORK } from '../site/outline.ts';

// The site as it would be published: built from the repository, served, and opened in Chromium.

const SITE = join(WORK, 'site');
const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.woff2': 'font/woff2' }; // prettier-ignore
const FIGURE = '/explanation/what-sts-does.html';

let server: Server;
let origin: string;
const browser = await startBrowser();
if (typeof browser === 'string') console.warn(`The site is not tried in a browser: ${browser}`);

beforeAll(async () => {
  const built = await buildSite();
  expect(built.pages).toBeGreaterThan(60);
  expect(built.links).toBeGreaterThan(500);
  server = createServer((request, response) => {
    const path = join(SITE, new URL(request.url ?? '/', 'http://localhost').pathname);
    const file = existsSync(path) && statSync(path).isDirectory() ? join(path, 'index.html') : path;
    if (!existsSync(file)) return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' });
    createReadStream(file).pipe(response);
  }).listen(0);
  origin = `http://localhost:${(server.address() as AddressInfo).port}`;
}, 1_800_000);
afterAll(async () => {
  server?.close();
  if (typeof browser !== 'string') await browser.close();
});

describe.skipIf(typeof browser === 'string')('the site, in a browser', () => {
  let page: Page;
  const problems: string[] = [];
  const outside: string[] = [];

  beforeAll(async () => {
    await tf.setBackend('cpu');
    if (typeof browser === 'string') return;
    page = await browser.newPage();
    page.on('pageerror', (error) => problems.push(`${page.url()}: ${error.message}`));
    page.on('request', (request) => void (request.url().startsWith(origin) || /^(data|blob|about):/.test(request.url()) || outside.push(request.url()))); // prettier-ignore
  });
  const axeOf = async (): Promise<string[]> => {
    await page.addScriptTag({ content: axe.source });
    const { violations } = (await page.evaluate('axe.run(document.querySelector(".VPContent"))')) as AxeResults;
    return violations.map(
      ({ id, nodes }) =>
        `${id}: ${nodes
          .map(({ html }) => html)
          .join(' ')
          .slice(0, 300)}`,
    );
  };
  const ready = (): Promise<void> => page.locator('.live-status', { hasText: 'Ready.' }).waitFor();

  test(
    'every page opens without an error, none asks anybody else, and none is wider than a phone',
    { timeout: 1_800_000 },
    async () => {
      await page.setViewportSize({ width: 360, height: 740 });
      const pages = readdirSync(SITE, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.html') && !file.startsWith('source/') && !file.startsWith('reports/')); // prettier-ignore
      const wide: string[] = [];
      for (const file of pages) {
        await page.goto(`${origin}/${file}`);
        const { scrollWidth } = await page.evaluate(() => document.documentElement);
        if (scrollWidth > 360) wide.push(`${file}: ${scrollWidth}`);
      }
      expect(wide).toEqual([]);
      expect(problems).toEqual([]);
      expect(outside).toEqual([]);
    },
  );

  test('the live figure, as it is published, has the numbers of Node.js', async () => {
    await page.goto(`${origin}${FIGURE}`);
    await ready();
    const session = new Session(1);
    for (let i = 0; i < LOOK_EVERY; i++) session.advance({ momentum: 0.95, preserve: 0.5, granularity: 'channel', teaching: 'sts' }); // prettier-ignore
    await page.getByRole('button', { name: `${LOOK_EVERY} updates` }).press('Enter');
    await page.getByText('at update 10.').waitFor();
    const shown = await page.locator('.live-numbers tbody td:nth-child(2)').evaluateAll((cells) => cells.map((cell) => Number(cell.getAttribute('data-value')))); // prettier-ignore
    expect(shown).toEqual(Object.values(session.looks.at(-1)!.accuracy));
    session.close();
  });

  test.each(['light', 'dark'] as const)('is read by everybody: %s', async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width: 1280, height: 900 });
    for (const path of [FIGURE, '/tutorial/first-experiment.html', '/reference/spec-fixmatch.html']) {
      await page.goto(`${origin}${path}`);
      if (path === FIGURE) await ready();
      expect(await axeOf(), path).toEqual([]);
    }
  });

  test('finds what it is searched for without a server', async () => {
    await page.goto(`${origin}/tutorial/first-experiment.html`);
    await page.getByRole('button', { name: 'Search' }).first().click();
    await page.locator('#localsearch-input').fill('preserve probability');
    await page.locator('#localsearch-list li').first().waitFor();
    expect(outside).toEqual([]);
  });
});
