import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { imageNet } from '@spatial-ensemble/datasets';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { loadOnce, type RunData } from '../src/data.ts';
import type { LoopOutcome } from '../src/run/loop.ts';
import { loadFiles, trainOnFiles, writeImages } from './on-files.ts';

let folder: string;
beforeAll(() => tf.setBackend('cpu'));
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'damaged-'));
  writeImages(folder);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const load = (heldOut?: number): Promise<RunData> => loadFiles(folder, join(folder, 'cache'), heldOut);

const train = (where: string, data: RunData, options?: Parameters<typeof trainOnFiles>[2]): Promise<LoopOutcome> =>
  trainOnFiles(join(folder, where), data, options);

/** Its bytes are zeroed from the middle on, so that neither its size nor its folder changes. */
function damage(file: string): void {
  const bytes = readFileSync(file);
  writeFileSync(file, bytes.fill(0, Math.floor(bytes.length / 2)));
}

/** As a copy from elsewhere comes: under another name at first, so that its folder changes. */
function restore(file: string, bytes: Buffer): void {
  writeFileSync(`${file}.copy`, bytes);
  renameSync(`${file}.copy`, file);
}

function fileOf(part: 'train' | 'val', index: number): string {
  const number = index < 8 ? 2 * index : 2 * (index - 8) + 1;
  // Files are in the order of their names.
  const names = Array.from({ length: 8 }, (_, i) => `${2 * i + (index < 8 ? 0 : 1)}.png`).sort();
  return join(folder, part, `class${number % 2}`, names[index % 8]!);
}

describe.each([0, 2])('an image that is damaged in the middle of a run, with %d workers', (workers) => {
  test('is named with its step, what was done is saved, and the run goes on once the file is whole', async () => {
    // Workers run ahead, so the damage comes early; and each look would start its workers anew.
    const data = await load(workers === 0 ? 8 : 0);
    const whole = await train('whole', data);
    const file = fileOf('train', data.split.labelled[3]!);
    const bytes = readFileSync(file);
    const broken = train('parts', data, { workers, onStep: (step) => void (step === 2 && damage(file)) });
    const error: Error = await broken.then(
      () => expect.fail('the damage was not seen'),
      (reason: Error) => reason,
    );
    const [, step, named, saved] =
      /^step (\d+): .*?(\/\S+) cannot be decoded: .*\nThe run is saved after step (\d+)\./.exec(error.message)!;
    expect(named).toBe(file);
    expect(Number(saved)).toBe(Number(step) - 1);
    expect(Number(saved)).toBeGreaterThanOrEqual(2);
    expect(readdirSync(join(folder, 'parts/checkpoint')).toSorted().at(-1)).toBe(`step-${saved!.padStart(9, '0')}`);

    restore(file, bytes);
    const again = await load(workers === 0 ? 8 : 0);
    expect(again.manifests).toEqual(data.manifests);
    const steps: number[] = [];
    const parts = await train('parts', again, { onStep: (done) => steps.push(done) });
    expect(steps[0]).toBe(Number(step));
    expect(parts.weights).toBe(whole.weights);
    expect(parts.lines).toEqual(whole.lines);
  });
});

test.each([
  ['a curve', 'train', /^the look at images after step 6: .* cannot be decoded/],
  ['the test', 'val', /^the look at images after step 8: .* cannot be decoded/],
] as const)(
  'one that is damaged when it is looked at for %s stops the run there, and the look is taken later',
  async (_, part, message) => {
    const data = await load();
    const whole = await train('whole', data);
    const file = fileOf(part, part === 'val' ? 5 : data.split.heldOut[2]!);
    const bytes = readFileSync(file);
    await expect(train('parts', data, { onStep: (step) => void (step === 5 && damage(file)) })).rejects.toThrow(
      message,
    );
    restore(file, bytes);
    const parts = await train('parts', await load());
    expect(parts.weights).toBe(whole.weights);
    expect(parts.lines).toEqual(whole.lines);
  },
);

test('what lies beside the images is said, once a set', async () => {
  writeFileSync(join(folder, 'train/class0/notes.txt'), 'text');
  const variables = { SPATIAL_ENSEMBLE_IMAGENET: folder, SPATIAL_ENSEMBLE_CACHE: join(folder, 'cache') };
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, variables);
  try {
    const said: string[] = [];
    const load = loadOnce(undefined, (line) => said.push(line));
    for (const split of ['train', 'test', 'train'] as const) await load(imageNet, {}, split);
    expect(said).toEqual([
      'ImageNet (unverified, 16 images of 2 classes), train images: skipped: files with other extensions (1, the first: class0/notes.txt)',
    ]);
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
});
