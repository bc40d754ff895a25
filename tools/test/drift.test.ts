import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { changes, snapshot } from '../drift/changes.ts';
import { GENERATED } from '../drift/generated.ts';

test('names what a generator changed, made and removed, and nothing that git ignores', () => {
  const root = mkdtempSync(join(tmpdir(), 'drift-'));
  try {
    const write = (path: string, text: string): void => writeFileSync(join(root, path), text);
    execFileSync('git', ['init', '--quiet'], { cwd: root });
    mkdirSync(join(root, 'reports'));
    write('.gitignore', 'ignored\n');
    for (const name of ['changed', 'gone', 'same', 'ignored']) write(`reports/${name}`, 'before');
    write('elsewhere', 'before');

    const before = snapshot(root, ['reports']);
    for (const name of ['changed', 'new', 'ignored']) write(`reports/${name}`, 'after');
    write('reports/same', 'before');
    write('elsewhere', 'after');
    rmSync(join(root, 'reports/gone'));

    expect(changes(before, before)).toEqual([]);
    expect(changes(before, snapshot(root, ['reports']))).toEqual([
      'changed  reports/changed',
      'gone     reports/gone',
      'new      reports/new',
    ]);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});

test('owns the plans of accepted results, and makes them before the reports that show them', () => {
  const root = join(import.meta.dirname, '../..');
  const owners = GENERATED.map(({ paths }) => [...snapshot(root, paths).keys()]);
  const plans = owners.findIndex((files) => files.includes('experiments/results/quickstart/study.json'));
  expect(owners[plans]!.every((file) => /^experiments\/results\/[^/]+\/study\.json$/.test(file))).toBe(true);
  expect(plans).toBeLessThan(owners.findIndex((files) => files.includes('reports/index.md')));
});
