import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CorruptZip, unpack } from '../../src/library/unpack.ts';
import { fakeLibrary, makeWheels, wheelPath } from './wheels.ts';

const content = fakeLibrary(100_000, 7);
let directory: string;
let into: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'unpack-'));
  makeWheels(directory, [
    { name: 'good', files: { 'a/one.so': content, 'a/bin/tool': new Uint8Array(50), 'other.txt': new Uint8Array(9) } },
    { name: 'escaping', bare: true, files: { '../escaped.so': content, 'a/one.so': content } },
    { name: 'absolute', bare: true, files: { '/absolute.so': content, 'a/one.so': content } },
    { name: 'twice', bare: true, files: { 'a/one.so': content }, repeat: 'a/one.so' },
  ]);
});
afterAll(() => rmSync(directory, { recursive: true }));
beforeEach(() => {
  into = join(directory, 'into');
  rmSync(into, { recursive: true, force: true });
  mkdirSync(into);
});

describe('unpacking', () => {
  test('writes the named files alone, byte for byte, programs executable, and counts the bytes', async () => {
    let written = 0;
    await unpack(
      wheelPath(directory, 'good'),
      { 'a/one.so': 100_000, 'a/bin/tool': 50 },
      into,
      (bytes) => (written += bytes),
    );
    expect(written).toBe(100_050);
    expect(readFileSync(join(into, 'a/one.so')).equals(content)).toBe(true);
    expect(statSync(join(into, 'a/one.so')).mode & 0o777).toBe(0o644);
    expect(statSync(join(into, 'a/bin/tool')).mode & 0o777).toBe(0o755);
    expect(existsSync(join(into, 'other.txt'))).toBe(false);
  });

  test.each([
    ['good', { 'a/one.so': 99_999 }, /one\.so with 100000 bytes instead of 99999/],
    ['good', { 'a/none.so': 1 }, /lacks a\/none\.so/],
    ['escaping', { 'a/one.so': 100_000 }, /invalid relative path: \.\.\/escaped\.so/],
    ['absolute', { 'a/one.so': 100_000 }, /absolute path: \/absolute\.so/],
    ['twice', { 'a/one.so': 100_000 }, /holds a\/one\.so twice/],
  ] as const)('%s with %j fails', async (name, files, message) => {
    const failure = unpack(wheelPath(directory, name), files, into, () => undefined);
    await expect(failure).rejects.toThrow(message);
    await expect(failure).rejects.toBeInstanceOf(CorruptZip);
    expect(readdirSync(directory)).not.toContain('escaped.so');
  });

  test('notices a changed byte, a cut, and what is no zip at all', async () => {
    const bytes = readFileSync(wheelPath(directory, 'good'));
    const damaged = join(directory, 'damaged.whl');
    const fails = async (changed: Uint8Array): Promise<void> => {
      writeFileSync(damaged, changed);
      await expect(unpack(damaged, { 'a/one.so': 100_000 }, into, () => undefined)).rejects.toBeInstanceOf(CorruptZip);
      rmSync(into, { recursive: true });
      mkdirSync(into);
    };
    const flipped = Buffer.from(bytes);
    // The content does not compress, so it is stored in blocks and a changed byte shows in the checksum alone.
    flipped[20_000]! ^= 1;
    await fails(flipped);
    await fails(bytes.subarray(0, bytes.length / 2));
    await fails(Buffer.from('<html>not found</html>'));
    await fails(Buffer.alloc(0));
  });

  test('a file whose own header is damaged is refused, and none is opened that nobody listens to', async () => {
    const bytes = readFileSync(wheelPath(directory, 'good'));
    const damaged = join(directory, 'headless.whl');
    // The first file begins with its signature; the directory at the end is whole.
    bytes[0]! ^= 1;
    writeFileSync(damaged, bytes);
    const wanted = { 'a/one.so': 100_000, 'a/bin/tool': 50, 'other.txt': 9 };
    await expect(unpack(damaged, wanted, into, () => undefined)).rejects.toThrow('cannot be unpacked: invalid local file header signature'); // prettier-ignore
    expect(readdirSync(into, { recursive: true, withFileTypes: true }).filter((one) => one.isFile())).toEqual([]);
  });

  test('never writes outside its folder, whatever it is asked', async () => {
    for (const name of ['../x', '/x', 'a/../../x', './x']) {
      await expect(unpack(wheelPath(directory, 'good'), { [name]: 1 }, into, () => undefined)).rejects.toThrow(
        'not a path inside a folder',
      );
    }
  });

  test("passes on the disk's own complaints", async () => {
    const failure = unpack(
      wheelPath(directory, 'good'),
      { 'a/one.so': 100_000 },
      join(directory, 'damaged.whl'),
      () => undefined,
    );
    await expect(failure).rejects.toMatchObject({ code: 'ENOTDIR' });
  });
});
