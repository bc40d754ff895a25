import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';

import { expect, test } from 'vitest';

import { sourceMarks } from '../src/program/source-marks.ts';

const ROOT = resolve(import.meta.dirname, '../../..');

test('every deviation that this repository names is in its ledger, of something or of nothing by its own words', async () => {
  const found = execFileSync(
    'git',
    [
      'grep',
      '-hE',
      '^[ */]*DEVIATION( \\([^)]*\\))?: ',
      '--',
      'packages/*/src/*.ts',
      'packages/*/README.md',
      'experiments/*.ts',
    ],
    { cwd: ROOT, encoding: 'utf8' },
  );
  const marks = await sourceMarks(ROOT);
  expect(marks.length).toBeGreaterThan(10);
  expect(marks).toHaveLength(found.trim().split('\n').length);
  const methods = ['byol', 'fixmatch', 'moco', 'linear', 'fine-tune'];
  const studies = readdirSync(resolve(ROOT, 'experiments')).flatMap(
    (file) => /^(.*)\.experiment\.ts$/.exec(file)?.[1] ?? [],
  );
  const known = [...methods, ...studies, 'imagenet', 'none'];
  expect(marks.flatMap(({ of }) => of).filter((name) => !known.includes(name))).toEqual([]);
  expect(marks.filter(({ text }) => !/[.!)]$/.test(text))).toEqual([]);
});

test('a folder without sources has none', async () => {
  expect(await sourceMarks(resolve(import.meta.dirname, 'programs'))).toEqual([]);
});
