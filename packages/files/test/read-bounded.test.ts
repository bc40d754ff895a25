import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chunksOfFile, readBounded, reading, readPart } from '../src/index.ts';
import { ReadError } from '../src/read-error.ts';

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
  await expect(readBounded(join(folder, 'absent'), 10)).rejects.toThrow(
    `${join(folder, 'absent')} could not be read: it is not there any more (ENOENT). Put it back.`,
  );
});

test('a part is read whole or not at all, and chunks are all of a file', async () => {
  const path = join(folder, 'parts');
  const bytes = Uint8Array.from({ length: 3_000_000 }, (_, i) => i % 251);
  writeFileSync(path, bytes);
  const file = await open(path);
  expect([...(await readPart(file, path, 249, 4))]).toEqual([249, 250, 0, 1]);
  await expect(readPart(file, path, 2_999_999, 2)).rejects.toThrow(
    `${path} ended after 3000000 of its 3000001 bytes: something writes to it. Try again`,
  );
  await file.close();
  const chunks: Uint8Array[] = [];
  for await (const chunk of chunksOfFile(path)) chunks.push(chunk);
  expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
});

test('what the system says of reading gets the name of the file; what else is said stays as it is', async () => {
  const file = await open(folder);
  // A folder can be opened, and reading it is an error that names nothing.
  const error: unknown = await readPart(file, folder, 0, 1).catch((reason: unknown) => reason);
  await file.close();
  expect(error).toBeInstanceOf(ReadError);
  expect(error).toMatchObject({ code: 'EISDIR', message: expect.stringContaining(`${folder} could not be read: `) });
  await expect(chunksOfFile(folder).next()).rejects.toThrow(`${folder} could not be read: `);
  const system = Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO', errno: -5, syscall: 'read' });
  await expect(reading('/data/1.png', () => Promise.reject(system))).rejects.toThrow(
    '/data/1.png could not be read: the disk reports an error of its own (EIO). Look at the system’s log, and put the file right from another copy.',
  );
  const own = new Error('it is no image');
  await expect(reading('/data/1.png', () => Promise.reject(own))).rejects.toBe(own);
});
