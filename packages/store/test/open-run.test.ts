import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openRun, savedRun } from '../src/index.ts';

const ID = 'a'.repeat(64);
const WINDOW = { count: 0, sums: {}, counts: {} };
const line = (step: number) => ({ kind: 'train', step, count: 1, values: { loss: 1 / step }, counts: {} }) as const;
const tensors = (value: number) => new Map([['w', { data: Float32Array.of(value), shape: [1] }]]);

let folder: string;
beforeEach(() => void (folder = join(mkdtempSync(join(tmpdir(), 'run-')), 'sts-seed1')));
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));
const metrics = () => join(folder, 'metrics.jsonl');

/** A run with a checkpoint after each of these steps, and a line for each step. */
async function trained(...saves: number[]): Promise<void> {
  const run = await openRun(folder, ID);
  for (let step = (run.saved?.step ?? 0) + 1; step <= saves.at(-1)!; step++) {
    run.append(line(step));
    if (saves.includes(step)) await run.save(tensors(step), { step, window: WINDOW });
  }
}

test('lines behind the checkpoint are cut off on resume, also one that is cut itself', async () => {
  await trained(2);
  appendFileSync(metrics(), `${JSON.stringify(line(3))}\n{"kind":"tr`);
  const run = await openRun(folder, ID);
  expect(run.saved!.step).toBe(2);
  expect(run.lines()).toEqual([line(1), line(2)]);
  run.append(line(3));
  await run.save(tensors(3), { step: 3, window: WINDOW });
  expect(readFileSync(metrics(), 'utf8')).toBe([1, 2, 3].map((step) => `${JSON.stringify(line(step))}\n`).join(''));
});

test('what a killed process was writing is removed by the next owner', async () => {
  await trained(1);
  writeFileSync(join(folder, '.result.json.4711-abcdef01.partial'), '{"format"');
  await openRun(folder, ID);
  expect(readdirSync(folder).toSorted()).toEqual(['checkpoint', 'metrics.jsonl']);
});

test('a number that was changed is found: the checkpoint before, or a run that cannot be gone on with', async () => {
  await trained(1, 3);
  const text = readFileSync(metrics(), 'utf8');
  writeFileSync(metrics(), text.replace('0.3333333333333333', '0.3333333333333334'));
  const run = await openRun(folder, ID);
  expect(run.saved!.step).toBe(1);
  expect(run.damaged).toEqual([expect.stringMatching(/metrics\.jsonl is not as the checkpoint left it/)]);
  expect(run.lines()).toEqual([line(1)]);
  await trained(3, 4);
  writeFileSync(metrics(), text.replace('"step":1', '"step":7'));
  await expect(openRun(folder, ID)).rejects.toThrow(/metrics\.jsonl is not as the checkpoint left it/);
  writeFileSync(metrics(), text.slice(0, 5));
  await expect(openRun(folder, ID)).rejects.toThrow(/metrics\.jsonl has 5 bytes, and \d+ belong to the checkpoint/);
  rmSync(metrics());
  await expect(openRun(folder, ID)).rejects.toThrow(/metrics\.jsonl has 0 bytes/);
});

test('a folder that is removed while its run trains is there again with the next checkpoint, and whole', async () => {
  const run = await openRun(folder, ID);
  run.append(line(1));
  await run.save(tensors(1), { step: 1, window: WINDOW });
  rmSync(folder, { recursive: true });
  run.append(line(2));
  await run.save(tensors(2), { step: 2, window: WINDOW });
  const again = await openRun(folder, ID);
  expect(again.saved).toMatchObject({ step: 2, tensors: tensors(2) });
  expect(again.lines()).toEqual([line(1), line(2)]);
});

test('an evaluation starts from the last weights or from none', async () => {
  await trained(1, 2);
  expect((await savedRun(folder, ID))!.step).toBe(2);
  const place = join(folder, 'checkpoint/step-000000002/state.safetensors');
  expect(existsSync(place)).toBe(true);
  writeFileSync(place, 'x');
  await expect(savedRun(folder, ID)).rejects.toThrow(/step-000000002\/state\.safetensors is damaged/);
});

test('a checkpoint that could not be read is gone on from, with its numbers, once it can be', async () => {
  await trained(1, 3);
  const file = join(folder, 'checkpoint/step-000000003/state.safetensors');
  renameSync(file, `${file}.away`);
  const without = await openRun(folder, ID);
  expect(without.saved!.step).toBe(1);
  expect(without.damaged).toEqual([expect.stringContaining(`${file} is missing`)]);
  renameSync(`${file}.away`, file);
  const again = await openRun(folder, ID);
  expect(again.saved!.step).toBe(3);
  expect(again.lines()).toEqual([line(1), line(2), line(3)]);
});
