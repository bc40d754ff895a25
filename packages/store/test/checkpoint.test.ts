import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { smallDisk, type SmallDisk } from '../../../tools/vitest/small-disk.ts';
import { checkpointsIn } from '../src/check-checkpoints.ts';
import { loadCheckpoint, saveCheckpoint } from '../src/checkpoint.ts';
import { encodeSafetensors } from '../src/safetensors.ts';

const ID = 'a'.repeat(64);
const WINDOW = { count: 2, sums: { loss: 0.1 + 0.2, right: 3 }, counts: { right: 4 } };
const METRICS = { bytes: 7, sha256: 'c'.repeat(64) };
const tensors = (value: number) => new Map([['w', { data: Float32Array.of(value), shape: [1] }]]);
const about = (step: number) => ({ identity: ID, step, metrics: METRICS, window: WINDOW });

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'checkpoint-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const at = (step: number, file = '') => join(folder, `step-00000000${step}`, file);

test('the last two are there, and nothing else', async () => {
  expect(await loadCheckpoint(folder, ID)).toBeUndefined();
  for (const step of [1, 2, 3]) await saveCheckpoint(folder, tensors(step), about(step));
  const loaded = await loadCheckpoint(folder, ID);
  expect(loaded!.tensors).toEqual(tensors(3));
  expect(loaded!.manifest).toMatchObject(about(3));
  expect(loaded!.damaged).toEqual([]);
  expect(readdirSync(folder).toSorted()).toEqual(['step-000000002', 'step-000000003']);
  expect(readdirSync(at(3)).toSorted()).toEqual(['checkpoint.json', 'state.safetensors']);
});

test('those that are asked to stay do, beside the last two', async () => {
  for (const step of [1, 2, 3, 4, 5, 6])
    await saveCheckpoint(folder, tensors(step), about(step), { kept: step % 2 === 0 });
  const names = ['kept-000000002', 'kept-000000004', 'kept-000000006', 'step-000000005'];
  expect(readdirSync(folder).toSorted()).toEqual(names);
  expect(await checkpointsIn(folder)).toEqual([
    { step: 6, path: join(folder, 'kept-000000006'), kept: true },
    { step: 5, path: at(5), kept: false },
    { step: 4, path: join(folder, 'kept-000000004'), kept: true },
    { step: 2, path: join(folder, 'kept-000000002'), kept: true },
  ]);
  // One that was being written when the process was killed does not stay.
  rmSync(join(folder, 'kept-000000006', 'checkpoint.json'));
  expect((await loadCheckpoint(folder, ID))!.manifest.step).toBe(5);
  await saveCheckpoint(folder, tensors(7), about(7));
  expect(readdirSync(folder).toSorted()).toEqual([...names.slice(0, 2), 'step-000000005', 'step-000000007']);
});

test('tensors of more than one file come back as one, and their hash is that of one file', async () => {
  const many = new Map(
    ['a', 'b', 'c', 'd'].map((name, i) => [name, { data: new Float32Array(100).fill(i), shape: [100] }]),
  );
  const one = await saveCheckpoint(join(folder, 'one'), many, about(1));
  const divided = await saveCheckpoint(folder, many, about(1), { fileBytes: 900 });
  expect(divided.weights).toBe(one.weights);
  expect(readdirSync(at(1)).toSorted()).toEqual([
    'checkpoint.json',
    'state-00001-of-00002.safetensors',
    'state-00002-of-00002.safetensors',
  ]);
  expect((await loadCheckpoint(folder, ID))!.tensors).toEqual(many);
  writeFileSync(at(1, 'state-00002-of-00002.safetensors'), encodeSafetensors(tensors(1)));
  await expect(loadCheckpoint(folder, ID)).rejects.toThrow(/00002-of-00002\.safetensors is damaged: its hash/);
});

test('killed before its manifest, a save leaves the checkpoint before it; what it left is swept up', async () => {
  await saveCheckpoint(folder, tensors(1), about(1));
  mkdirSync(at(2));
  writeFileSync(at(2, 'state.safetensors'), encodeSafetensors(tensors(2)));
  writeFileSync(at(2, '.checkpoint.json.1-abcdef01.partial'), '{');
  expect((await loadCheckpoint(folder, ID))!.manifest.step).toBe(1);
  await saveCheckpoint(folder, tensors(3), about(3));
  expect(readdirSync(folder).toSorted()).toEqual(['step-000000001', 'step-000000003']);
});

test('one that is damaged falls back to the one before, says so, and gives way to the next', async () => {
  await saveCheckpoint(folder, tensors(1), about(1));
  await saveCheckpoint(folder, tensors(5), about(5));
  const manifest = readFileSync(at(5, 'checkpoint.json'), 'utf8');
  const state = readFileSync(at(5, 'state.safetensors'));
  const damages: [name: string, content: string | Uint8Array, message: RegExp][] = [
    [
      'checkpoint.json',
      manifest.replace('"step": 5', '"step": 6'),
      /checkpoint\.json is damaged: it was changed after/,
    ],
    [
      'checkpoint.json',
      manifest.replace('0.30000000000000004', '0.31'),
      /checkpoint\.json is damaged: it was changed after/,
    ],
    ['checkpoint.json', manifest.slice(0, 80), /checkpoint\.json is damaged: .*JSON/],
    ['checkpoint.json', '', /checkpoint\.json is damaged: .*JSON/],
    ['checkpoint.json', 'null', /checkpoint\.json is damaged/],
    ['checkpoint.json', manifest.replace(ID, 'b'.repeat(64)), /checkpoint\.json is damaged: it was changed after/],
    ['checkpoint.json', manifest.replace('"state.', '"../../state.'), /checkpoint\.json is damaged: .*files\.0\.name/s],
    ['state.safetensors', state.subarray(0, -1), /state\.safetensors is damaged: .*is cut off/],
    ['state.safetensors', state.with(state.length - 1, 0x3f), /state\.safetensors is damaged: its hash/],
    ['state.safetensors', encodeSafetensors(tensors(1)), /state\.safetensors is damaged: its hash/],
  ];
  for (const [name, content, message] of damages) {
    writeFileSync(at(5, name), content);
    const loaded = await loadCheckpoint(folder, ID);
    expect(loaded!.manifest.step, String(message)).toBe(1);
    expect(loaded!.damaged).toEqual([expect.stringMatching(message)]);
    writeFileSync(at(5, 'checkpoint.json'), manifest);
    writeFileSync(at(5, 'state.safetensors'), state);
  }
  rmSync(at(5, 'state.safetensors'));
  expect((await loadCheckpoint(folder, ID))!.damaged).toEqual([expect.stringMatching(/state\.safetensors is missing/)]);
  await saveCheckpoint(folder, tensors(2), about(2));
  expect((await loadCheckpoint(folder, ID))!.manifest.step).toBe(2);
  expect(readdirSync(folder).toSorted()).toEqual(['step-000000001', 'step-000000002']);
});

test('another run’s in its place is no checkpoint of this one', async () => {
  const other = 'b'.repeat(64);
  await saveCheckpoint(folder, tensors(1), about(1));
  await saveCheckpoint(join(folder, 'other'), tensors(9), { ...about(9), identity: other });
  cpSync(join(folder, 'other', 'step-000000009'), at(9), { recursive: true });
  const loaded = await loadCheckpoint(folder, ID);
  expect(loaded!.tensors).toEqual(tensors(1));
  expect(loaded!.damaged).toEqual([expect.stringMatching(/belongs to another run \(bbbbbbbbbbbb\)/)]);
  await expect(loadCheckpoint(folder, 'd'.repeat(64))).rejects.toThrow(/another run.*\n.*another run/);
});

test('one of an older format is named', async () => {
  writeFileSync(join(folder, 'checkpoint.json'), '{"format":"spatial-ensemble/checkpoint-2"}');
  await expect(loadCheckpoint(folder, ID)).rejects.toThrow(
    /checkpoint\.json cannot be read:\n {2}- format: is spatial-ensemble\/checkpoint-2, and this version reads spatial-ensemble\/checkpoint-3\. .*--fresh$/,
  );
});

const DISK = 600_000;
const probe = smallDisk(DISK);
if (typeof probe !== 'string') probe.remove();

test.skipIf(typeof probe === 'string')(
  `on a disk that is nearly full the older makes room, and the newest stays${typeof probe === 'string' ? ` (${probe})` : ''}`,
  async () => {
    const disk = smallDisk(DISK) as SmallDisk;
    try {
      const checkpoints = join(disk.folder, 'checkpoint');
      const large = (value: number) =>
        new Map([['w', { data: new Float32Array(20_000).fill(value), shape: [20_000] }]]);
      const steps = () => readdirSync(checkpoints).toSorted();
      await saveCheckpoint(checkpoints, large(1), about(1));
      // What a killed process left would take the place of the next one.
      writeFileSync(join(checkpoints, '.step-000000002.safetensors.1-abcdef01.partial'), Buffer.alloc(80_000));
      await saveCheckpoint(checkpoints, large(2), about(2));
      disk.fill('filler', 60_000);
      await saveCheckpoint(checkpoints, large(3), about(3));
      expect(steps()).toEqual(['step-000000002', 'step-000000003']);
      rmSync(join(checkpoints, 'step-000000002'), { recursive: true });
      disk.fill('filler', 60_000);
      await expect(saveCheckpoint(checkpoints, large(4), about(4))).rejects.toThrow(
        /state\.safetensors \(80\.1 kB\) could not be written: the disk is full \(ENOSPC\), [\d.]+ kB are free\. Free/,
      );
      expect(steps()).toEqual(['step-000000003']);
      expect((await loadCheckpoint(checkpoints, ID))!.tensors).toEqual(large(3));
      rmSync(join(disk.folder, 'filler'));
      // Room for the tensors, and none for the manifest that names them.
      disk.fill('filler', 81_920);
      await expect(saveCheckpoint(checkpoints, large(4), about(4))).rejects.toThrow(/checkpoint.json \(.* is full/);
      expect((await loadCheckpoint(checkpoints, ID))!.tensors).toEqual(large(3));
      rmSync(join(disk.folder, 'filler'));
      await saveCheckpoint(checkpoints, large(4), about(4));
      expect((await loadCheckpoint(checkpoints, ID))!.tensors).toEqual(large(4));
      expect(existsSync(join(checkpoints, 'step-000000003'))).toBe(true);
    } finally {
      disk.remove();
    }
  },
);
