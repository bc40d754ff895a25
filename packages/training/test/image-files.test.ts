import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { imageNet, loadImages } from '@spatial-ensemble/datasets';
import type { AugmentSpec } from '@spatial-ensemble/augment';
import { normal, seeds, type Key } from '@spatial-ensemble/random';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { bound } from '../src/bound.ts';
import { loadOnce, prepareData, type RunData } from '../src/data.ts';
import type { Variables } from '../src/index.ts';
import type { LoopOutcome } from '../src/run/loop.ts';
import { trainStored } from './stored.ts';
import { changed, softmaxRegression } from './softmax-regression.ts';

const SIDE = 8;
const SPEC = { steps: 8, batch: 5, learningRate: 0.1, momentum: 0.9 };
const SEED = 3;

const VIEW: AugmentSpec = [{ op: 'center-crop', size: SIDE }];

/** The smallest method, on colour images in files. */
const method = changed(softmaxRegression, (trainable, { batch }) => ({
  init(key: Key) {
    const kernel = normal(key.fold('kernel'), SIDE * SIDE * 3 * 10).map((value) => value * 0.01);
    const variables = (): Variables => ({
      params: { kernel: tf.tensor2d(kernel, [SIDE * SIDE * 3, 10]), bias: tf.zeros([10]) },
      buffers: {},
    });
    return { student: variables(), teacher: variables() };
  },
  streams: { labelled: { batch, views: { weak: VIEW } } },
  classifies: { ...trainable.classifies, view: VIEW },
  encodes: { ...trainable.encodes, view: VIEW },
}));

let folder: string;
beforeAll(() => tf.setBackend('cpu'));
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'damaged-'));
  for (const part of ['train', 'val'])
    for (let i = 0; i < 16; i++) {
      const directory = join(folder, part, `class${i % 2}`);
      mkdirSync(directory, { recursive: true });
      writeFileSync(join(directory, `${i}.png`), png(i));
    }
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function png(seed: number): Buffer {
  const chunk = (name: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(name), data]);
    const size = Buffer.alloc(4);
    size.writeUInt32BE(data.length);
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([size, body, sum]);
  };
  const header = Buffer.from([0, 0, 0, SIDE, 0, 0, 0, SIDE, 8, 2, 0, 0, 0]);
  const rows = Buffer.alloc(SIDE * (1 + 3 * SIDE)).map((_, i) =>
    i % (1 + 3 * SIDE) === 0 ? 0 : (i * (7 + seed)) % 251,
  );
  const signature = Buffer.from('89504e470d0a1a0a', 'hex');
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** As a command finds them: the folder is looked at anew where it has changed. */
function load(heldOut = 8): Promise<RunData> {
  const env = { SPATIAL_ENSEMBLE_IMAGENET: folder, SPATIAL_ENSEMBLE_CACHE: join(folder, 'cache') };
  return prepareData(
    { dataSet: imageNet, data: { source: 'imagenet', labelled: 8, unlabelled: 'all', heldOut } },
    seeds(SEED).split,
    (set, options, split) => loadImages(set, options, { split, env }),
  );
}

function train(
  where: string,
  data: RunData,
  options: { readonly workers?: number; readonly onStep?: (step: number) => void } = {},
): Promise<LoopOutcome> {
  return trainStored(
    {
      bound: bound(method, SPEC),
      seed: SEED,
      data,
    },
    { folder: join(folder, where), identity: data.manifests.map(({ sha256 }) => sha256).join(' ') },
    { workers: options.workers ?? 0, onProgress: ({ step }) => options.onStep?.(step) },
  );
}

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
