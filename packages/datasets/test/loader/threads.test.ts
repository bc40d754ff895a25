import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hashesOf } from './fixture.ts';

// Worker threads have to start wherever the main thread may run: here under Vitest (loader.test.ts), under tsx from
// source, and from built JavaScript.

const packages = fileURLToPath(new URL('../../../', import.meta.url));
const run = promisify(execFile);
let expected = '';
let folder = '';
beforeAll(async () => {
  expected = (await hashesOf({ workers: 0, steps: 3 })).join('\n');
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'spatial-ensemble-built-')));
});
afterAll(() => rmSync(folder, { recursive: true }));

test('under tsx, and an open loader does not keep the program alive', async () => {
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const script = fileURLToPath(new URL('print-batches.ts', import.meta.url));
  const { stdout } = await run(process.execPath, ['--import', tsx, '--conditions=@spatial-ensemble/source', script], {
    timeout: 30_000,
  });
  expect(stdout.trim()).toBe(expected);
});

test('built', async () => {
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  for (const name of ['fastest-levenshtein', 'modern-tar', 'sharp', 'zod']) {
    const entry = createRequire(import.meta.url).resolve(name);
    const below = join('node_modules', name);
    mkdirSync(dirname(join(folder, below)), { recursive: true });
    symlinkSync(entry.slice(0, entry.lastIndexOf(below) + below.length), join(folder, below), 'junction');
  }
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
  // What the compiler writes is of interest here; whether types fit is another task's affair.
  for (const name of ['augment', 'files', 'random']) {
    const built = join(folder, 'node_modules', '@spatial-ensemble', name);
    cpSync(join(packages, name, 'package.json'), join(built, 'package.json'));
    const project = join(packages, name, 'tsconfig.build.json');
    await run(process.execPath, [tsc, '-p', project, '--outDir', join(built, 'dist'), '--noCheck']);
  }
  const datasets = join(packages, 'datasets');
  const inputs = ['src/loader/worker.ts', 'test/loader/print-batches.ts'].map((path) => join(datasets, path));
  const options = '--noCheck --module nodenext --target es2023 --rewriteRelativeImportExtensions --skipLibCheck'.split(
    ' ',
  );
  await run(process.execPath, [tsc, ...inputs, '--rootDir', datasets, '--outDir', folder, ...options]);
  const { stdout } = await run(process.execPath, [join(folder, 'test', 'loader', 'print-batches.js')], {
    timeout: 30_000,
  });
  expect(stdout.trim()).toBe(expected);
});
