import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { drift, writeFiles } from '../src/index.ts';

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
