import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeFinal, WriteError } from '@spatial-ensemble/files';
import { smallDisk, type SmallDisk } from '../../../tools/vitest/small-disk.ts';
import { withRoom } from '../src/full-disk.ts';

const DISK = 300_000;
const probe = smallDisk(DISK);
if (typeof probe !== 'string') probe.remove();

test.skipIf(typeof probe === 'string')(
  `what is written to a full disk waits for room, or not, as declared${typeof probe === 'string' ? ` (${probe})` : ''}`,
  async () => {
    const disk = smallDisk(DISK) as SmallDisk;
    try {
      const said: string[] = [];
      const log = (line: string): void => void said.push(line);
      const write = () => writeFinal(join(disk.folder, 'state'), 'x'.repeat(100_000));
      const waiting = { fullDisk: 'wait', log, signal: new AbortController().signal, everyMs: 10 } as const;
      disk.fill('filler', 20_480);
      await expect(withRoom('a run', { ...waiting, fullDisk: 'stop' }, write)).rejects.toThrow(WriteError);
      expect(said).toEqual([]);
      let tries = 0;
      await withRoom('a run', waiting, async () => {
        tries += 1;
        if (tries === 4) rmSync(join(disk.folder, 'filler'));
        await write();
      });
      expect(tries).toBe(4);
      expect(said).toEqual([
        expect.stringMatching(
          /^a run waits: .*state \(100\.0 kB\) could not be written: the disk is full \(ENOSPC\), 20\.5 kB are free\. .* It tries every 0\.01 s/,
        ),
        'a run: there is room now; it goes on.',
      ]);
    } finally {
      disk.remove();
    }
  },
);

test('a signal ends the waiting, and other errors are not waited for', async () => {
  const abort = new AbortController();
  const full = new WriteError('/runs/state', 10, Object.assign(new Error('full'), { code: 'EDQUOT' }));
  const log = (): void => abort.abort();
  const waiting = { fullDisk: 'wait', log, signal: abort.signal } as const;
  await expect(withRoom('a run', waiting, () => Promise.reject(full))).rejects.toBe(full);
  const other = new Error('diverged');
  await expect(withRoom('a run', waiting, () => Promise.reject(other))).rejects.toBe(other);
});
