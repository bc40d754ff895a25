import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readBounded } from '../src/index.ts';

let folder = '';
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'files-'))));
afterAll(() => rmSync(folder, { recursive: true }));

test('a file up to the bound is read whole, one byte more is refused by its size', async () => {
  const path = join(folder, 'bytes');
  writeFileSync(path, Uint8Array.of(0, 255, 10));
  expect([...(await readBounded(path, 3))]).toEqual([0, 255, 10]);
  await expect(readBounded(path, 2)).rejects.toThrow(
    `${path} has 3 bytes; a file of its kind has at most 2 bytes, and so it is not read. Is it another file under this name?`,
  );
  writeFileSync(path, '');
  expect(await readBounded(path, 0)).toHaveLength(0);
});

test('a terabyte of nothing is refused before a byte of it is read', async () => {
  const path = join(folder, 'sparse');
  writeFileSync(path, '');
  truncateSync(path, 1e12);
  await expect(readBounded(path, 1e6)).rejects.toThrow('sparse has 1000.0 GB; a file of its kind has at most 1.0 MB');
});

test('a folder and a pipe that nobody writes to are named, and not waited for', async () => {
  mkdirSync(join(folder, 'folder'));
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  for (const name of ['folder', 'pipe'])
    await expect(readBounded(join(folder, name), 10)).rejects.toThrow(`${name} is not a file, but a folder, a pipe`);
  await expect(readBounded(join(folder, 'absent'), 10)).rejects.toThrow(/ENOENT.*absent/);
});
