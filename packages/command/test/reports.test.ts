import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { planText, resultBytes } from '@spatial-ensemble/record';
import { Command } from 'commander';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { runProgram } from '../src/program/program.ts';
import { addReports } from '../src/program/reports-command.ts';
import { plan, runSpec, stored } from '../../report/test/synthetic.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const TABLES = join(ROOT, 'experiments/tables');

describe('the command line', () => {
  let folder: string;
  let all: string[];
  let said: string[];
  const run = (...args: string[]) => {
    const program = new Command();
    addReports(program, [], { runs: folder, log: (line) => said.push(line) });
    return program.parseAsync(['reports', ...args], { from: 'user' });
  };
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'report-'));
    all = ['--results', join(folder, 'results'), '--tables', TABLES, '--out', join(folder, 'reports')];
    await mkdir(join(folder, 'results/synthetic'), { recursive: true });
    await writeFile(join(folder, 'results/synthetic/study.json'), planText(plan()));
    await writeFile(join(folder, 'results/sts-seed1.result.json'), resultBytes(stored(runSpec('sts', 1)).result));
  });
  beforeEach(() => (said = []));
  afterAll(() => rm(folder, { recursive: true }));

  it('generates, checks, and fails on drift', async () => {
    await run(...all);
    await run(...all, '--check');
    expect(said).toEqual([expect.stringMatching(/^\d+ files in /), expect.stringMatching(/ are up to date$/)]);
    await writeFile(join(folder, 'reports/index.md'), 'edited');
    await expect(run(...all, '--check')).rejects.toThrow(/index\.md: differs\nRun npx nx run reports:all and commit\./);
  });

  it('reports one study, and says what to do where there is none', async () => {
    await run(join(folder, 'results/synthetic'), '--out', join(folder, 'one'));
    const before = process.cwd();
    process.chdir(join(folder, 'results/synthetic'));
    try {
      await run('.', '--out', join(folder, 'one'), '--check');
    } finally {
      process.chdir(before);
    }
    await expect(run(TABLES, '--out', join(folder, 'none'))).rejects.toThrow('no study.json below');
  });

  it('ends with an error on a misspelt option', async () => {
    const log = (line: string): void => void said.push(line);
    expect(await runProgram(['reports', '--chek'], { runs: folder, log })).toBe(1);
    expect(said.join('\n')).toContain('Did you mean --check?');
  });
});
