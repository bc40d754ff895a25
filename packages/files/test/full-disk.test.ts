import { closeSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { smallDisk, type DiskKind, type SmallDisk } from '../../../tools/vitest/small-disk.ts';
import { writeAt, writeChecked, writeFinal, WriteError } from '../src/index.ts';

const SIZE = 700_000;
/** From one try to the next, in bytes that are left on the disk. */
const STEP = 40_000;

/** The reason in the name of what is skipped. */
function why(kind: DiskKind): string {
  const probe = smallDisk(SIZE, kind);
  if (typeof probe === 'string') return ` (${probe})`;
  probe.remove();
  return '';
}

const old = 'o'.repeat(50_000);
const content = 'n'.repeat(100_000);
const chunks = async function* (): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += 7000)
    yield await Promise.resolve(Buffer.from(content.slice(at, at + 7000)));
};

describe.for(['tmpfs', 'ext4', 'xfs'] as const)('a disk that is nearly full: %s', (kind) => {
  const missing = why(kind);
  let disk: SmallDisk;
  beforeEach(() => void (missing === '' && (disk = smallDisk(SIZE, kind) as SmallDisk)));
  afterEach(() => missing === '' && disk.remove());

  test.skipIf(missing !== '')(`keeps the old file where the new one does not fit, and says so${missing}`, async () => {
    const path = join(disk.folder, 'file');
    const before = readdirSync(disk.folder);
    const reached = { kept: 0, written: 0 };
    for (let left = 0; left <= 400_000; left += STEP) {
      const make = [() => content, () => Buffer.from(content), chunks][(left / STEP) % 3]!;
      const write = left % (2 * STEP) === 0 ? writeFinal : writeChecked;
      await writeFinal(path, old);
      disk.fill('filler', left);
      const error: unknown = await write(path, make()).then(
        () => undefined,
        (e: unknown) => e,
      );
      expect(readFileSync(path, 'utf8')).toBe(error === undefined ? content : old);
      if (error !== undefined) {
        expect(error).toBeInstanceOf(WriteError);
        expect((error as WriteError).message).toMatch(
          /file( \(100\.0 kB\))? could not be written: the disk is full \(ENOSPC\), [\d.]+ (bytes|kB|MB) are free\. Free some/,
        );
      }
      reached[error === undefined ? 'written' : 'kept'] += 1;
      expect(readdirSync(disk.folder).toSorted()).toEqual([...before, 'file', 'filler'].toSorted());
      rmSync(join(disk.folder, 'filler'));
    }
    expect(reached.kept).toBeGreaterThan(1);
    expect(reached.written).toBeGreaterThan(1);
    await writeFinal(path, content);
    expect(readFileSync(path, 'utf8')).toBe(content);
  });

  test.skipIf(missing !== '')(`an open file says that not all of a line fitted${missing}`, () => {
    const path = join(disk.folder, 'lines');
    const file = openSync(path, 'w');
    disk.fill('filler', 8192);
    let size = 0;
    const line = (letter: string): void => {
      writeAt(file, path, Buffer.alloc(6000, letter), size);
      size += 6000;
    };
    line('a');
    expect(() => {
      for (let n = 0; n < 400; n++) line('a');
    }).toThrow(/lines \(6\.0 kB\) could not be written: the disk is full \(ENOSPC\)/);
    rmSync(join(disk.folder, 'filler'));
    line('c');
    closeSync(file);
    expect(readFileSync(path, 'utf8')).toBe('a'.repeat(size - 6000) + 'c'.repeat(6000));
  });
});
