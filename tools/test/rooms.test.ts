import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');

const TFJS = JSON.stringify({ dependencies: { '@tensorflow/tfjs-core': '*' } });

/** Files of a repository that breaks each rule of .dependency-cruiser.cjs. */
const SOURCES: Readonly<Record<string, string>> = {
  'packages/engine/package.json': TFJS,
  'packages/datasets/package.json': TFJS,
  'packages/smoothing/package.json': TFJS,
  'packages/files/src/index.ts': `import '../../record/src/index.ts';`,
  'packages/random/src/index.ts': `import '../../engine/src/index.ts';`,
  'packages/engine/src/index.ts': `import '@tensorflow/tfjs-core';`,
  'packages/record/src/index.ts': `export const record = 1;`,
  'packages/report/src/index.ts': `import type { width } from '../../nn/src/index.ts';\nexport type Width = typeof width;`,
  // Allowed by its row, and yet it reaches TensorFlow.
  'packages/study/src/index.ts': `import '../../datasets/src/index.ts';`,
  'packages/store/src/index.ts': `import '../../files/src/index.ts';\nimport '../../engine/src/index.ts';`,
  'packages/datasets/src/index.ts': `import './worker.ts';`,
  'packages/datasets/src/worker.ts': `import '@tensorflow/tfjs-core';`,
  'packages/nn/src/index.ts': `import '../../engine/src/index.ts';\nexport const width = 2;`,
  'packages/smoothing/src/index.ts': `import '@tensorflow/tfjs-core';\nimport 'zod';`,
  'packages/training/src/index.ts': `import '../../fixmatch/src/index.ts';\nimport '../../report/src/index.ts';`,
  'packages/command/src/cli.ts': `import '../../report/src/index.ts';\nimport '../../fixmatch/src/index.ts';`,
  'packages/fixmatch/src/index.ts': `import '../../nn/src/index.ts';\nimport '../../smoothing/src/index.ts';`,
  'packages/byol/src/index.ts': `import '../../fixmatch/src/index.ts';\nimport './a.ts';\nimport './absent.ts';`,
  'packages/byol/src/a.ts': `import './b.ts';`,
  'packages/byol/src/b.ts': `import './a.ts';\nimport '../test/b.ts';`,
  'packages/stranger/src/index.ts': `import type { record } from '../../record/src/index.ts';\nexport type Named = typeof record;`,
  'packages/byol/test/b.ts': `export const b = 1;`,
  'experiments/one.experiment.ts': `import '../packages/nn/src/index.ts';`,
};

let repository: string;

beforeAll(() => {
  repository = mkdtempSync(join(tmpdir(), 'rooms-'));
  symlinkSync(join(ROOT, 'node_modules'), join(repository, 'node_modules'));
  for (const path of ['.dependency-cruiser.cjs', 'tsconfig.base.json'])
    cpSync(join(ROOT, path), join(repository, path));
  for (const [path, text] of Object.entries(SOURCES)) {
    mkdirSync(join(repository, dirname(path)), { recursive: true });
    writeFileSync(join(repository, path), `${text}\n`);
  }
});

afterAll(() => rmSync(repository, { recursive: true, force: true }));

test('every rule finds what breaks it', () => {
  const depcruise = join(ROOT, 'node_modules/.bin/depcruise');
  const args = ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'packages', 'experiments'];
  const { stdout, stderr } = spawnSync(depcruise, args, { cwd: repository, encoding: 'utf8' });
  expect(stderr).toBe('');
  const { summary } = JSON.parse(stdout) as { summary: { violations: { from: string; rule: { name: string } }[] } };
  const found = summary.violations.map(({ from, rule }) => `${rule.name}: ${from}`);
  expect([...new Set(found)].toSorted()).toEqual([
    'no-cycle: packages/byol/src/a.ts',
    'no-tensorflow: packages/datasets/src/index.ts',
    'no-tensorflow: packages/datasets/src/worker.ts',
    'no-tensorflow: packages/random/src/index.ts',
    'no-tensorflow: packages/report/src/index.ts',
    'no-tensorflow: packages/store/src/index.ts',
    'no-tensorflow: packages/study/src/index.ts',
    'not-declared: packages/smoothing/src/index.ts',
    'not-installed: packages/byol/src/index.ts',
    'rooms-of-byol: packages/byol/src/index.ts',
    'rooms-of-command: packages/command/src/cli.ts',
    'rooms-of-experiments: experiments/one.experiment.ts',
    'rooms-of-files: packages/files/src/index.ts',
    'rooms-of-random: packages/random/src/index.ts',
    'rooms-of-report: packages/report/src/index.ts',
    'rooms-of-store: packages/store/src/index.ts',
    'rooms-of-strangers: packages/stranger/src/index.ts',
    'rooms-of-training: packages/training/src/index.ts',
    'smoothing-stands-alone: packages/smoothing/src/index.ts',
    'sources-need-no-tests: packages/byol/src/b.ts',
  ]);
});
