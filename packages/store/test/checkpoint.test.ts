import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { smallDisk, type SmallDisk } from '../../../tools/vitest/small-disk.ts';
import { loadCheckpoint, saveCheckpoint } from '../src/checkpoint.ts';

const ID = 'a'.repeat(64);
const WINDOW = { count: 2, sums: { loss: 0.1 + 0.2, right: 3 }, counts: { right: 4 } };
const tensors = (value: number) => new Map([['w', { data: Float32Array.of(value), shape: [1] }]]);
const about = (step: number) => ({ identity: ID, step, metricsBytes: 7, window: WINDOW });

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'checkpoint-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('the last one is there, and nothing else', async () => {
  expect(await loadCheckpoint(folder, ID)).toBeUndefined();
  await saveCheckpoint(folder, tensors(1), about(1));
  await saveCheckpoint(folder, tensors(2), about(12));
  const loaded = await loadCheckpoint(folder, ID);
  expect(loaded!.tensors).toEqual(tensors(2));
  expect(loaded!.manifest).toMatchObject(about(12));
  expect(readdirSync(folder).toSorted()).toEqual(['checkpoint.json', 'step-000000012.safetensors']);
});

test('killed between its two files, a save leaves the checkpoint before it; what it left is swept up', async () => {
  await saveCheckpoint(folder, tensors(1), about(1));
  const before = readFileSync(join(folder, 'checkpoint.json'));
  await saveCheckpoint(folder, tensors(1), about(1));
  writeFileSync(join(folder, 'step-000000002.safetensors'), 'half a file');
  writeFileSync(join(folder, 'step-000000002.safetensors.1234567'), 'a file in the making');
  expect(readFileSync(join(folder, 'checkpoint.json'))).toEqual(before);
  expect((await loadCheckpoint(folder, ID))!.manifest.step).toBe(1);
  await saveCheckpoint(folder, tensors(2), about(2));
  expect((await loadCheckpoint(folder, ID))!.tensors).toEqual(tensors(2));
  expect(readdirSync(folder)).toHaveLength(2);
});

test('what is wrong with one is said, with the way out', async () => {
  await saveCheckpoint(folder, tensors(1), about(1));
  const file = join(folder, 'step-000000001.safetensors');
  await expect(loadCheckpoint(folder, 'b'.repeat(64))).rejects.toThrow(/belongs to another run/);
  rmSync(file);
  await expect(loadCheckpoint(folder, ID)).rejects.toThrow(/step-000000001.safetensors is missing, and/);
  writeFileSync(file, 'x');
  await expect(loadCheckpoint(folder, ID)).rejects.toThrow(/is damaged: its hash/);
  writeFileSync(join(folder, 'checkpoint.json'), '{"format"');
  await expect(loadCheckpoint(folder, ID)).rejects.toThrow(/checkpoint.json is damaged: .*JSON/);
  writeFileSync(
    join(folder, 'checkpoint.json'),
    JSON.stringify({
      ...about(1),
      format: 'spatial-ensemble/checkpoint-2',
      file: '../../step-1.safetensors',
      sha256: ID,
    }),
  );
  await expect(loadCheckpoint(folder, ID)).rejects.toThrow(/is damaged/);
  writeFileSync(join(folder, 'checkpoint.json'), '{"format":"spatial-ensemble/checkpoint-1"}');
  await expect(loadCheckpoint(folder, ID)).rejects.toThrow(
    /checkpoint\.json cannot be read:\n {2}- format: is spatial-ensemble\/checkpoint-1, and this version reads spatial-ensemble\/checkpoint-2\. .*--fresh$/,
  );
  expect(existsSync(file)).toBe(true);
});

const DISK = 300_000;
const probe = smallDisk(DISK);
if (typeof probe !== 'string') probe.remove();

test.skipIf(typeof probe === 'string')(
  `on a disk that is nearly full the checkpoint before stays${typeof probe === 'string' ? ` (${probe})` : ''}`,
  async () => {
    const disk = smallDisk(DISK) as SmallDisk;
    try {
      const at = join(disk.folder, 'checkpoint');
      const large = (value: number) =>
        new Map([['w', { data: new Float32Array(20_000).fill(value), shape: [20_000] }]]);
      await saveCheckpoint(at, large(1), about(1));
      // What a killed process left would take the place of the next one.
      writeFileSync(join(at, '.step-000000002.safetensors.1-abcdef01.partial'), Buffer.alloc(80_000));
      await saveCheckpoint(at, large(2), about(2));
      disk.fill('filler', 60_000);
      await expect(saveCheckpoint(at, large(3), about(3))).rejects.toThrow(
        /step-000000003.safetensors \(80.1 kB\) could not be written: the disk is full \(ENOSPC\). Free some space/,
      );
      expect((await loadCheckpoint(at, ID))!.manifest.step).toBe(2);
      expect((await loadCheckpoint(at, ID))!.tensors).toEqual(large(2));
      expect(readdirSync(at).toSorted()).toEqual(['checkpoint.json', 'step-000000002.safetensors']);
      rmSync(join(disk.folder, 'filler'));
      await saveCheckpoint(at, large(3), about(3));
      expect((await loadCheckpoint(at, ID))!.tensors).toEqual(large(3));
      // Room for the tensors, and none for the manifest that names them.
      disk.fill('filler', 81_920);
      await expect(saveCheckpoint(at, large(4), about(4))).rejects.toThrow(/checkpoint.json \(.* the disk is full/);
      expect((await loadCheckpoint(at, ID))!.tensors).toEqual(large(3));
    } finally {
      disk.remove();
    }
  },
);
