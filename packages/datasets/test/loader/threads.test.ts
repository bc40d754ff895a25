import { execFile } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type Compiler from 'typescript';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hashesOf } from './fixture.ts';

// Worker threads have to start wherever the main thread may run: here under Vitest (loader.test.ts), under tsx from
// source, and from built JavaScript.

const require = createRequire(import.meta.url);
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
  const tsx = pathToFileURL(require.resolve('tsx')).href;
  const script = fileURLToPath(new URL('print-batches.ts', import.meta.url));
  const { stdout } = await run(process.execPath, ['--import', tsx, '--conditions=@spatial-ensemble/source', script], {
    timeout: 30_000,
  });
  expect(stdout.trim()).toBe(expected);
});

test('built', async () => {
  for (const name of ['csv-parse', 'fastest-levenshtein', 'modern-tar', 'sharp', 'zod']) {
    const entry = require.resolve(name);
    const below = join('node_modules', name);
    mkdirSync(dirname(join(folder, below)), { recursive: true });
    symlinkSync(entry.slice(0, entry.lastIndexOf(below) + below.length), join(folder, below), 'junction');
  }
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
  for (const name of ['augment', 'files', 'random']) {
    const built = join(folder, 'node_modules', '@spatial-ensemble', name);
    cpSync(join(packages, name, 'package.json'), join(built, 'package.json'));
    build(name, 'src', join(built, 'dist'));
  }
  build('datasets', '.', folder, ['test/loader/print-batches.ts', 'test/loader/fixture.ts']);
  const { stdout } = await run(process.execPath, [join(folder, 'test', 'loader', 'print-batches.js')], {
    timeout: 30_000,
  });
  expect(stdout.trim()).toBe(expected);
});

/**
 * Writes the JavaScript that the compiler makes of a package's sources, and of other files of it. Each file is compiled
 * for itself, which is all that it takes: whether types fit is another task's affair.
 */
function build(name: string, root: string, to: string, more: readonly string[] = []): void {
  const ts = require('typescript') as typeof Compiler;
  const home = join(packages, name);
  const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined };
  const project = ts.getParsedCommandLineOfConfigFile(
    fileURLToPath(new URL('../../../../tools/pack/tsconfig.json', import.meta.url)),
    {},
    host,
  )!;
  const compilerOptions = { ...project.options, module: ts.ModuleKind.ES2022, sourceMap: false };
  const own = project.fileNames.filter((file) => file.startsWith(`${home}/`));
  for (const file of [...own, ...more.map((path) => join(home, path))]) {
    const built = join(to, relative(join(home, root), file).replace(/\.ts$/, '.js'));
    mkdirSync(dirname(built), { recursive: true });
    writeFileSync(
      built,
      ts.transpileModule(readFileSync(file, 'utf8'), { compilerOptions, fileName: file }).outputText,
    );
  }
}
