import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pack } from '../../../tools/pack/pack.ts';

// Outside the repository, where nothing of it is found.
const folder = mkdtempSync(join(tmpdir(), 'installed-engine-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** As in a shell of a user: nothing of this process's own npm, tests or loaders. */
const clean = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_OPTIONS|VITEST|NODE_V8|INIT_CWD)/.test(name)),
);
const run = (directory: string, program: string, ...args: string[]): string =>
  execFileSync(program, args, { cwd: directory, env: clean, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

/** Runs a program of the folder, and gives what its last line says. */
const said = (...args: string[]): Record<string, unknown> =>
  JSON.parse(
    run(folder, process.execPath, ...args)
      .trim()
      .split('\n')
      .at(-1)!,
  ) as Record<string, unknown>;

beforeAll(() => {
  const tarballs = pack(folder, ['random', 'engine']).map(({ file }) => file);
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  // Whatever this user's settings are, install scripts run, as they do by default.
  run(folder, 'npm', 'install', '--ignore-scripts=false', ...tarballs);
}, 600_000);

describe('installed by npm from its tarball, into an empty folder', () => {
  test('nothing was compiled, and no install script came with it', () => {
    const lock = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { hasInstallScript?: boolean }>;
    };
    const scripted = Object.entries(lock.packages).filter(([, { hasInstallScript }]) => hasInstallScript === true);
    // koffi's looks for its prebuilt binary, and core-js's prints a line.
    expect(scripted.map(([path]) => path).filter((path) => !/\/(koffi|core-js)$/.test(path))).toEqual([]);
    expect(existsSync(join(folder, 'node_modules/@tensorflow/tfjs-node-gpu'))).toBe(false);
  });

  test('the licence of what is published with it stands beside it', () => {
    const copy = join(folder, 'node_modules/@spatial-ensemble/engine/dist/tfjs-node');
    expect(readFileSync(join(copy, 'LICENSE'), 'utf8')).toMatch(/Apache License\s+Version 2.0/);
    expect(JSON.parse(readFileSync(join(copy, 'package.json'), 'utf8'))).toMatchObject({ license: 'Apache-2.0' });
  });

  describe('programs for tfjs-node run', () => {
    const examples = join(folder, 'node_modules/@spatial-ensemble/engine/examples');
    const example = (name: string, ...args: string[]): Record<string, unknown> => {
      for (const file of readdirSync(examples)) cpSync(join(examples, file), join(folder, file));
      return said(`${name}.mjs`, ...args);
    };

    test('a regression, which gives the same after its model was saved and loaded', () => {
      const { backend, losses, said: prices, again } = example('table-regression', join(folder, 'model'));
      expect(backend).toBe('tensorflow');
      expect((losses as number[]).at(-1)).toBeLessThan(0.01);
      expect(again).toEqual(prices);
    }, 120_000);

    test('a text by an LSTM', () => {
      const { backend, losses, text } = example('lstm-text');
      expect(backend).toBe('tensorflow');
      expect((losses as number[]).at(-1)).toBeLessThan(0.3);
      expect(text).toBe('one two three four five, once i caught a f');
    }, 240_000);

    test('a policy for a cart and its pole', () => {
      const { backend, steps } = example('cart-pole') as { backend: string; steps: number[] };
      expect(backend).toBe('tensorflow');
      expect(steps.slice(-3).reduce((sum, count) => sum + count, 0) / 3).toBeGreaterThan(1.5 * steps[0]!);
    }, 240_000);
  });

  test('by require and as a default import too', () => {
    writeFileSync(
      join(folder, 'required.cjs'),
      "const tf = require('@spatial-ensemble/engine/tfjs');\nconsole.log(JSON.stringify({ backend: tf.getBackend(), three: tf.add(1, 2).dataSync()[0] }));\n",
    );
    writeFileSync(
      join(folder, 'default.mjs'),
      "import tf from '@spatial-ensemble/engine/tfjs';\nconsole.log(JSON.stringify({ backend: tf.getBackend(), three: tf.add(1, 2).dataSync()[0] }));\n",
    );
    for (const program of ['required.cjs', 'default.mjs'])
      expect(said(program)).toEqual({ backend: 'tensorflow', three: 3 });
  }, 120_000);

  test('a library that is not there is the error of the engine, with what to do', () => {
    const missing = join(folder, 'model');
    let message = '';
    try {
      execFileSync(process.execPath, ['default.mjs'], {
        cwd: folder,
        env: { ...clean, SPATIAL_ENSEMBLE_TENSORFLOW: missing },
        encoding: 'utf8',
        stdio: 'pipe',
      });
    } catch (error) {
      message = (error as { stderr: string }).stderr;
    }
    expect(message).toContain('LibraryError');
    expect(message).toContain(missing);
  }, 60_000);
});
