import { closeSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { smallDisk, type SmallDisk } from '../../../tools/vitest/small-disk.ts';
import { writeAt, writeFinal, WriteError } from '../src/index.ts';

const SIZE = 400_000;
const probe = smallDisk(SIZE);
if (typeof probe !== 'string') probe.remove();

describe.skipIf(typeof probe === 'string')(
  `a disk that is nearly full${typeof probe === 'string' ? ` (${probe})` : ''}`,
  () => {
    let disk: SmallDisk;
    beforeEach(() => void (disk = smallDisk(SIZE) as SmallDisk));
    afterEach(() => disk.remove());

    const old = 'o'.repeat(50_000);
    const content = 'n'.repeat(100_000);
    const chunks = async function* (): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < content.length; at += 7000)
        yield await Promise.resolve(Buffer.from(content.slice(at, at + 7000)));
    };

    test.each([
      ['text', () => content, ' (100.0 kB)'],
      ['bytes', () => Buffer.from(content), ' (100.0 kB)'],
      ['chunks', chunks, ''],
    ])(
      'keeps the old file where the new one does not fit, and takes it once there is room: %s',
      async (_, make, need) => {
        const path = join(disk.folder, 'file');
        await writeFinal(path, old);
        // Room for more than half of it: the first write succeeds with fewer bytes than it was asked for.
        disk.fill('filler', 60_000);
        const error: unknown = await writeFinal(path, make()).catch((e: unknown) => e);
        expect(error).toBeInstanceOf(WriteError);
        expect(error).toMatchObject({
          code: 'ENOSPC',
          message: `${path}${need} could not be written: the disk is full (ENOSPC). Free some space there, and try again.`,
        });
        expect(readFileSync(path, 'utf8')).toBe(old);
        expect(readdirSync(disk.folder).toSorted()).toEqual(['file', 'filler']);
        rmSync(join(disk.folder, 'filler'));
        await writeFinal(path, make());
        expect(readFileSync(path, 'utf8')).toBe(content);
        expect(readdirSync(disk.folder)).toEqual(['file']);
      },
    );

    test('an open file says that not all of a line fitted', () => {
      const path = join(disk.folder, 'lines');
      const file = openSync(path, 'w');
      disk.fill('filler', 8192);
      writeAt(file, path, Buffer.alloc(6000, 'a'), 0);
      expect(() => writeAt(file, path, Buffer.alloc(6000, 'b'), 6000)).toThrow(
        `${path} (6.0 kB) could not be written: the disk is full (ENOSPC). Free some space there, and try again.`,
      );
      rmSync(join(disk.folder, 'filler'));
      writeAt(file, path, Buffer.alloc(6000, 'c'), 6000);
      closeSync(file);
      expect(readFileSync(path, 'utf8')).toBe('a'.repeat(6000) + 'c'.repeat(6000));
    });
  },
);
