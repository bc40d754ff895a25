import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { resultBytes } from '@spatial-ensemble/record';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';

import { reportCommand } from '../src/command.ts';
import { plan, runSpec, stored } from './synthetic.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const TABLES = join(ROOT, 'experiments/tables');

describe('the command line', () => {
  let folder: string;
  let all: string[];
  const run = (...args: string[]) => reportCommand().parseAsync(args, { from: 'user' });
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'report-'));
    all = ['all', '--results', join(folder, 'results'), '--tables', TABLES, '--out', join(folder, 'reports')];
    await mkdir(join(folder, 'results/synthetic'), { recursive: true });
    await writeFile(join(folder, 'results/synthetic/study.json'), JSON.stringify(plan()));
    await writeFile(
      join(folder, 'results/synthetic/sts-seed1.result.json'),
      resultBytes(stored(runSpec('sts', 1)).result),
    );
  });
  afterEach(() => vi.restoreAllMocks());
  afterAll(() => rm(folder, { recursive: true }));

  it('generates, checks, and fails on drift', async () => {
    const log = vi.spyOn(console, 'log').mockReturnValue();
    await run(...all);
    await run(...all, '--check');
    expect(log.mock.calls.map(([line]) => line as string)).toEqual([
      expect.stringMatching(/^11 files in /),
      expect.stringMatching(/ are up to date$/),
    ]);
    await writeFile(join(folder, 'reports/index.md'), 'edited');
    await expect(run(...all, '--check')).rejects.toThrow(/index\.md: differs\nRun npx nx run reports:all and commit\./);
  });

  it('reports one study, and says what to do where there is none', async () => {
    vi.spyOn(console, 'log').mockReturnValue();
    await run('study', join(folder, 'results/synthetic'), '--out', join(folder, 'one'));
    await expect(run('study', TABLES, '--out', join(folder, 'none'))).rejects.toThrow('no study.json below');
  });

  it('ends with an error on a misspelt option', () => {
    const { status, stderr } = spawnSync(
      process.execPath,
      ['--import', 'tsx', '--conditions=@spatial-ensemble/source', 'packages/report/src/cli.ts', 'all', '--chek'],
      { cwd: ROOT, encoding: 'utf8' },
    );
    expect(status).toBe(1);
    expect(stderr).toContain('Did you mean --check?');
  });
});
