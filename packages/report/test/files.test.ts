import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { resultBytes } from '@spatial-ensemble/record';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { drift, readPlans, readResults, writeFiles } from '../src/index.ts';
import { plan, runSpec, stored } from './synthetic.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'report-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('writeFiles and drift', () => {
  it('agree on what is up to date', async () => {
    const files = new Map([
      ['a.md', 'a\n'],
      ['sub/b.svg', '<svg/>'],
    ]);
    expect(await drift(files, folder)).toEqual(['a.md: missing', 'sub/b.svg: missing', 'generated.json: missing']);
    await writeFiles(files, folder);
    expect(await drift(files, folder)).toEqual([]);
    await writeFile(join(folder, 'a.md'), 'edited');
    expect(await drift(files, folder)).toEqual(['a.md: differs']);
  });

  it('delete what an earlier report wrote, and nothing else', async () => {
    await writeFile(join(folder, 'mine.md'), 'mine');
    await writeFiles(
      new Map([
        ['old.md', 'old'],
        ['kept.md', 'kept'],
      ]),
      folder,
    );
    expect(await drift(new Map([['kept.md', 'kept']]), folder)).toEqual([
      'generated.json: differs',
      'old.md: no longer generated',
    ]);
    await writeFiles(new Map([['kept.md', 'kept']]), folder);
    expect((await readdir(folder)).sort()).toEqual(['generated.json', 'kept.md', 'mine.md']);
  });

  it('do not follow an edited list out of the folder', async () => {
    const inner = join(folder, 'inner');
    await mkdir(inner);
    await writeFile(join(folder, 'precious'), '');
    await writeFile(join(inner, 'generated.json'), '["../precious"]');
    await writeFiles(new Map(), inner);
    expect(await readdir(folder)).toContain('precious');
  });
});

describe('readResults', () => {
  it('reads a run store and accepted results alike', async () => {
    const run = stored(runSpec('sts', 1)).result;
    const info = {
      format: 'spatial-ensemble/run-1',
      identity: run.identity,
      startedAt: '2025-01-02T03:04:05Z',
      seconds: 1,
      host: { os: 'linux', cpu: 'x', cores: 2, memoryMb: 1 },
      versions: {},
      commit: null,
      sourceHash: null,
    };
    await mkdir(join(folder, 'runs', run.identity), { recursive: true });
    await writeFile(join(folder, 'runs', run.identity, 'result.json'), resultBytes(run));
    await writeFile(join(folder, 'runs', run.identity, 'run.json'), JSON.stringify(info));
    await writeFile(join(folder, 'sts-seed1.result.json'), resultBytes(run));
    await writeFile(join(folder, 'metrics.jsonl'), 'not a result');
    const results = await readResults(folder);
    expect(results.map(({ result }) => result)).toEqual([run, run]);
    expect(results.map(({ info: i }) => i?.seconds)).toEqual([1, undefined]);
  });

  it('names the file that is broken', async () => {
    await writeFile(join(folder, 'result.json'), '{"format":');
    await expect(readResults(folder)).rejects.toThrow(/result\.json is not JSON .* Was it cut off\?/);
    await writeFile(join(folder, 'result.json'), '{}');
    await expect(readResults(folder)).rejects.toThrow(/result\.json is not valid/);
  });

  it('finds nothing in a folder that is not there', async () => {
    expect(await readResults(join(folder, 'absent'))).toEqual([]);
    expect(await readPlans(join(folder, 'absent'))).toEqual([]);
  });

  it('reads studies', async () => {
    await writeFile(join(folder, 'study.json'), JSON.stringify(plan()));
    expect((await readPlans(folder)).map(({ plan: p }) => p)).toEqual([plan()]);
    expect(JSON.parse(await readFile(join(folder, 'study.json'), 'utf8'))).toEqual(plan());
  });
});
