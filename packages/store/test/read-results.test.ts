import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { readPlans, readResults } from '../src/index.ts';

// Accepted results, and copies of one of them.
const STUDY = resolve(import.meta.dirname, '../../../experiments/results/quickstart');
const RUNS = resolve(STUDY, '../fixmatch');

let folder: string;
let run: { readonly result: string; readonly info: string };
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'results-'));
  const [first = ''] = (await readdir(RUNS)).toSorted();
  const read = (name: string) => readFile(join(RUNS, first, name), 'utf8');
  run = { result: await read('result.json'), info: await read('run.json') };
});
afterEach(() => rm(folder, { recursive: true }));

describe('readResults', () => {
  it('reads a run store and accepted results alike, by their paths', async () => {
    await mkdir(join(folder, 'runs/a'), { recursive: true });
    await writeFile(join(folder, 'runs/a/result.json'), run.result);
    await writeFile(join(folder, 'runs/a/run.json'), run.info);
    await writeFile(join(folder, 'sts-seed1.result.json'), run.result);
    await writeFile(join(folder, 'metrics.jsonl'), 'not a result');
    const results = await readResults(folder);
    const expected = JSON.parse(run.result) as unknown;
    expect(results.map(({ result }) => result)).toEqual([expected, expected]);
    expect(results.map(({ info }) => info)).toEqual([JSON.parse(run.info), undefined]);
    expect(results.map(({ file }) => file)).toEqual(['runs/a/result.json', 'sts-seed1.result.json'].map((one) => join(folder, one))); // prettier-ignore
  });

  it('names the file that is broken, or of another format', async () => {
    const file = join(folder, 'result.json');
    await writeFile(file, '{"format":');
    await expect(readResults(folder)).rejects.toThrow(/result\.json is not JSON .* Was it cut off\?/);
    await writeFile(file, '{}');
    await expect(readResults(folder)).rejects.toThrow(/result\.json is not valid/);
    await writeFile(file, run.result.replace(/result-\d+/, 'result-1'));
    await expect(readResults(folder)).rejects.toThrow(
      /result\.json cannot be read:\n {2}- format: is spatial-ensemble\/result-1, and this version reads/,
    );
  });

  it('finds nothing in a folder that is not there', async () => {
    expect(await readResults(join(folder, 'absent'))).toEqual([]);
    expect(await readPlans(join(folder, 'absent'))).toEqual([]);
  });
});

describe('readPlans', () => {
  it('reads each study with its folder', async () => {
    const [found, ...others] = await readPlans(STUDY);
    expect(others).toEqual([]);
    expect(found?.folder).toBe(STUDY);
    expect(found?.plan).toEqual(JSON.parse(await readFile(join(STUDY, 'study.json'), 'utf8')));
  });
});
