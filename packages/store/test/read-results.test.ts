import { mkdir, mkdtemp, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
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

/** A document without its checksum. */
function unsealedText(text: string): unknown {
  const { checksum, ...document } = JSON.parse(text) as { readonly checksum: string };
  expect(checksum).toMatch(/^[0-9a-f]{64}$/);
  return document;
}

describe('readResults', () => {
  it('reads a run store and accepted results alike, by their paths', async () => {
    await mkdir(join(folder, 'runs/a'), { recursive: true });
    await writeFile(join(folder, 'runs/a/result.json'), run.result);
    await writeFile(join(folder, 'runs/a/run.json'), run.info);
    await writeFile(join(folder, 'sts-seed1.result.json'), run.result);
    await writeFile(join(folder, 'metrics.jsonl'), 'not a result');
    const results = await readResults(folder);
    const [expected, info] = [run.result, run.info].map(unsealedText);
    expect(results.map(({ result }) => result)).toEqual([expected, expected]);
    expect(results.map(({ info }) => info)).toEqual([info, undefined]);
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

  it('names the result that was changed by a digit, and the one in the place of another run', async () => {
    const place = join(folder, 'fixmatch', (JSON.parse(run.result) as { identity: string }).identity.slice(0, 12));
    await mkdir(place, { recursive: true });
    await writeFile(join(place, 'run.json'), run.info);
    await writeFile(join(place, 'result.json'), run.result);
    expect(await readResults(folder)).toHaveLength(1);
    await writeFile(join(place, 'result.json'), run.result.replace(/"value":(\d)/, '"value":1$1'));
    await expect(readResults(folder)).rejects.toThrow(/result\.json was changed after it was written: its checksum/);
    await writeFile(join(place, 'result.json'), run.result);
    await writeFile(join(place, 'run.json'), run.info.replace(/"seconds": /, '"seconds": 9'));
    await expect(readResults(folder)).rejects.toThrow(/run\.json was changed after it was written/);
    await rename(place, join(folder, 'fixmatch', '0123456789ab'));
    await writeFile(join(folder, 'fixmatch/0123456789ab/run.json'), run.info);
    await expect(readResults(folder)).rejects.toThrow(
      /0123456789ab\/result\.json is the result of run [0-9a-f]{12}, in another's place\. Put back what belongs there/,
    );
  });

  it('leaves out what is being run anew', async () => {
    await mkdir(join(folder, 'fixmatch/0123456789ab.anew'), { recursive: true });
    await mkdir(join(folder, 'fixmatch/0123456789ab'));
    await writeFile(join(folder, 'fixmatch/0123456789ab.anew/result.json'), 'half a');
    expect(await readResults(folder)).toEqual([]);
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
    expect(found?.plan).toEqual(unsealedText(await readFile(join(STUDY, 'study.json'), 'utf8')));
  });

  it('names one that was changed, and one that is far too large to be one', async () => {
    const file = join(folder, 'study.json');
    const text = await readFile(join(STUDY, 'study.json'), 'utf8');
    await writeFile(file, text.replace(/"seed": 1\b/, '"seed": 9'));
    await expect(readPlans(folder)).rejects.toThrow(`${file} was changed after it was written`);
    await truncate(file, 10e9);
    await expect(readPlans(folder)).rejects.toThrow(
      `${file} has 10.0 GB; a file of its kind has at most 256.0 MB, and so it is not read`,
    );
  });
});
