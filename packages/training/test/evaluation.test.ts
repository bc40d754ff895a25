import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fashionMnist, imageSet, type ImageSet } from '@spatial-ensemble/datasets';
import { seeds } from '@spatial-ensemble/random';
import { savedRun } from '@spatial-ensemble/store';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bound } from '../src/bound.ts';
import { prepareData, type RunData } from '../src/data.ts';
import type { Variables } from '../src/index.ts';
import { accuracies, classifier } from '../src/run/evaluate.ts';
import { evaluationBatches } from '../src/run/evaluation-batches.ts';
import { pixelFeatures } from '../src/run/features.ts';
import { allOf } from '../src/shared-rows.ts';
import type { LoopOutcome } from '../src/run/loop.ts';
import { measured } from '../src/run/measure.ts';
import { linearProbe, nearestCentroid } from './linear-probe.ts';
import { logits as regressed, softmaxRegression } from './softmax-regression.ts';
import { trainStored, weightsIn } from './stored.ts';

const SEED = 3;
const SPEC = { steps: 23, batch: 8, learningRate: 0.1, momentum: 0.9 };
const REGRESSION = bound(softmaxRegression, SPEC);
const PROBE = { steps: 15, batch: 16, learningRate: 0.5, cached: true, whose: 'teacher', pretraining: SPEC } as const;
const ID = 'a'.repeat(64);

let data: RunData;
let folder: string;
let source: Parameters<typeof weightsIn>[0];

beforeAll(async () => {
  await tf.setBackend('cpu');
  data = await prepareData(
    { dataSet: fashionMnist, data: { source: 'fashion-mnist', images: 'embedded', labelled: 'all', heldOut: 9000 } },
    seeds(SEED).split,
  );
  // The whole test set would only cost time here.
  data = {
    ...data,
    test: { ...data.test, count: 300 },
    split: { ...data.split, heldOut: data.split.heldOut.slice(0, 50) },
  };
  folder = mkdtempSync(join(tmpdir(), 'evaluation-'));
  const stored = { folder: join(folder, 'source'), identity: ID };
  source = { bound: REGRESSION, seed: SEED, ...stored };
  await trainStored({ seed: SEED, bound: REGRESSION, data }, stored);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function probe(
  where: string,
  changes: { readonly cached?: boolean; readonly whose?: 'student' | 'teacher' | 'untrained' } = {},
  stopAfter = Infinity,
): Promise<LoopOutcome> {
  let last = 0;
  const spec = { ...PROBE, ...changes };
  return trainStored(
    {
      seed: SEED,
      bound: bound(linearProbe, spec),
      data,
      from: () => weightsIn(source, spec.whose === 'untrained' ? 'first' : 'last'),
    },
    { folder: join(folder, where), identity: ID },
    { interrupted: () => last >= stopAfter, onProgress: ({ step }) => (last = step) },
  );
}

const tensorsOf = async (where: string) => (await savedRun(join(folder, where), ID))!.tensors;

describe('a run that starts from another one', () => {
  test('takes the weights of its last step, and leaves them as they are', async () => {
    const outcome = await probe('teacher');
    const [taken, made] = [await tensorsOf('teacher'), await tensorsOf('source')];
    expect(taken.get('state.encoder.params.kernel')!.data).toEqual(made.get('state.teacher.params.kernel')!.data);
    expect(outcome.lines.find(({ kind }) => kind === 'test')!.values['linear-top1 teacher']).toBeGreaterThan(30);
  });

  test('or those before the first', async () => {
    await probe('untrained', { whose: 'untrained' });
    const first = softmaxRegression.bind(SPEC).init(seeds(SEED).init);
    const taken = (await tensorsOf('untrained')).get('state.encoder.params.kernel')!.data;
    expect(taken).toEqual(first.student.params['kernel']!.dataSync());
    tf.dispose(first as unknown as tf.TensorContainer);
  });

  test('resumes with the same bits', async () => {
    const whole = await probe('whole');
    expect((await probe('parts', {}, 6)).done).toBe(6);
    const parts = await probe('parts');
    expect(parts.weights).toBe(whole.weights);
    const metrics = (where: string): string => readFileSync(join(folder, where, 'metrics.jsonl'), 'utf8');
    expect(metrics('parts')).toBe(metrics('whole'));
  });

  test('features that are computed once give what images give, in the same order', async () => {
    const [once, again] = [await probe('once'), await probe('again', { cached: false })];
    const [a, b] = [await tensorsOf('once'), await tensorsOf('again')];
    const [heads, others] = [a, b].map((tensors) => Array.from(tensors.get('state.head')!.data)) as [
      number[],
      number[],
    ];
    heads.forEach((value, i) => expect(value).toBeCloseTo(others[i]!, 5));
    const loss = ({ lines }: LoopOutcome): number => lines.findLast(({ kind }) => kind === 'train')!.values['loss']!;
    expect(loss(once)).toBeCloseTo(loss(again), 5);
  });

  test('needs that run to be finished', async () => {
    const absent = { ...source, folder: join(folder, 'absent') };
    await expect(weightsIn(absent, 'last')).rejects.toThrow(/has to be finished/);
    const longer = { ...source, bound: bound(softmaxRegression, { ...SPEC, steps: 24 }) };
    await expect(weightsIn(longer, 'last')).rejects.toThrow(/has to be finished/);
  });

  test('leaves no tensor behind', async () => {
    await probe('once');
    const before = tf.memory().numTensors;
    await probe('more', { whose: 'student' });
    expect(tf.memory().numTensors).toBe(before);
  });
});

test('top-5 counts what is among the first five, and top-1 is the first', async () => {
  const state = softmaxRegression.bind(SPEC).init(seeds(SEED).init);
  const looked = { set: data.test, indices: Array.from({ length: 40 }, (_, i) => 7 * i) };
  const classify = classifier(REGRESSION, 5);
  const [top5, top1] = await accuracies(classify, state.student, [5, 1], looked);
  const { images, height, width } = data.test as ImageSet;
  const pixels = height * width;
  const ranks = looked.indices.map((index) => {
    const image = Array.from(images.subarray(index * pixels, (index + 1) * pixels));
    const logits = tf.tidy(() => regressed(state.student, tf.tensor2d([image])).dataSync());
    return logits.filter((value) => value > logits[data.test.labels[index]!]!).length;
  });
  const share = (top: number): number => (100 * ranks.filter((rank) => rank < top).length) / ranks.length;
  expect([top5, top1]).toEqual([share(5), share(1)]);
  expect(top5).toBeGreaterThan(top1!);
  classify.dispose();
  tf.dispose(state as unknown as tf.TensorContainer);
});

describe('measurements', () => {
  const finished = async (): Promise<{ student: Variables; teacher: Variables }> => weightsIn(source, 'last');

  test('of features: both networks, the untrained one, and the images themselves', async () => {
    const state = await finished();
    const before = tf.memory().numTensors;
    const run = { bound: REGRESSION, seed: SEED, data, state };
    const measures = await measured(run, [
      { name: 'centroid', measurement: nearestCentroid as never, spec: { bank: 500 } },
    ]);
    expect(tf.memory().numTensors).toBe(before);
    expect(measures.map(({ name, whose }) => `${name} ${whose}`)).toEqual([
      'centroid teacher',
      'centroid student',
      'centroid-untrained none',
      'centroid-pixels none',
    ]);
    // Ten logits of a random matrix say less than those of a trained one, or than all pixels.
    expect(measures[0]!.value).toBeGreaterThan(measures[2]!.value);
    expect(measures[3]!.value).toBeGreaterThan(50);
    tf.dispose(state as unknown as tf.TensorContainer);
  });

  test('a bank is drawn from the seed, holds no held-out image, and begins with every smaller bank', async () => {
    const state = await finished();
    const labelsOf = async (seed: number, counts: readonly number[]): Promise<Int32Array[]> => {
      const seen: Int32Array[] = [];
      const spy = {
        ...nearestCentroid,
        measure: async (_: unknown, tools: { labels(images: 'bank', count?: number): Int32Array }) => {
          for (const count of counts) seen.push(tools.labels('bank', count));
          seen.push(tools.labels('bank'));
          return [];
        },
      };
      await measured({ bound: REGRESSION, seed, data, state }, [{ name: 'spy', measurement: spy as never, spec: {} }]);
      return seen;
    };
    const [few, some, all] = (await labelsOf(SEED, [20, 100])) as [Int32Array, Int32Array, Int32Array];
    expect(some.subarray(0, 20)).toEqual(few);
    expect(all).toHaveLength(data.split.labelled.length);
    expect((await labelsOf(SEED, [20]))[0]).toEqual(few);
    expect((await labelsOf(SEED + 1, [20]))[0]).not.toEqual(few);
    await expect(labelsOf(SEED, [100_000])).rejects.toThrow(/100000 images of the training set were asked for/);
    tf.dispose(state as unknown as tf.TensorContainer);
  });
});

describe('the view of an evaluation', () => {
  const first = async (view: NonNullable<Parameters<typeof evaluationBatches>[0]['view']>) => {
    for await (const { images } of evaluationBatches({ set: data.test, indices: [5, 2], view })) return images;
    throw new Error('there is no batch');
  };

  test('crops and resizes every image', async () => {
    const [whole, cropped] = [await first([]), await first([{ op: 'center-crop', size: 20 }])];
    expect(whole.shape).toEqual([2, 28, 28, 1]);
    expect(cropped.shape).toEqual([2, 20, 20, 1]);
    for (const i of [0, 1]) {
      for (const row of [0, 7, 19]) {
        const from = (i * 28 + row + 4) * 28 + 4;
        expect(cropped.data.slice((i * 20 + row) * 20, (i * 20 + row + 1) * 20)).toEqual(
          whole.data.slice(from, from + 20),
        );
      }
    }
    const resized = await first([
      { op: 'resize', size: 14, interpolation: 'bilinear' },
      { op: 'center-crop', size: 12 },
    ]);
    expect(resized.shape).toEqual([2, 12, 12, 1]);
  });

  test('draws nothing', async () => {
    await expect(first([{ op: 'flip', p: 0.5 }])).rejects.toThrow(/leave random steps out/);
  });
});

describe('raw pixels', () => {
  test('are the image, where it is small', async () => {
    const features = await allOf(await pixelFeatures({ set: data.test, indices: [3] }));
    const image = (data.test as ImageSet).images.subarray(3 * 784, 4 * 784);
    expect(features.shape).toEqual([1, 784]);
    expect(Array.from(features.data)).toEqual(Array.from(image, (byte) => Math.fround(byte / 255)));
  });

  test('are means of blocks, where it is large, also where the last block is cut', async () => {
    const [height, width] = [66, 70];
    const images = Uint8Array.from({ length: 2 * height * width * 3 }, (_, i) => (i * 37) % 251);
    const set = imageSet({
      name: 'a',
      title: 'a',
      split: 'test',
      height,
      width,
      channels: 3,
      classes: ['a'],
      images,
      labels: [0, 0],
    });
    const { data: features, shape } = await allOf(await pixelFeatures({ set }));
    // 70 pixels in at most 32 blocks: of 3 by 3, 22 by 24 of them.
    expect(shape).toEqual([2, 22 * 24 * 3]);
    const mean = (row: number, column: number, channel: number): number => {
      const values: number[] = [];
      for (let y = 3 * row; y < Math.min(height, 3 * row + 3); y++)
        for (let x = 3 * column; x < Math.min(width, 3 * column + 3); x++)
          values.push(images[((height + y) * width + x) * 3 + channel]!);
      return values.reduce((sum, value) => sum + value, 0) / values.length / 255;
    };
    for (const [row, column] of [
      [0, 0],
      [21, 23],
      [7, 23],
    ] as const)
      expect(features[((22 + row) * 24 + column) * 3 + 1]).toBeCloseTo(mean(row, column, 1), 6);
  });
});
