import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fashionMnist } from '@spatial-ensemble/datasets';
import { useTensorFlow, type HostTensor } from '@spatial-ensemble/engine';
import type { Variables } from '@spatial-ensemble/nn';
import { seeds } from '@spatial-ensemble/random';
import type { LookedLine, MetricsLine } from '@spatial-ensemble/record';
import { bound, prepareData, type RunData } from '@spatial-ensemble/training';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
// The loop itself is not part of what the package exports: experiments reach it by the command line.
import { bankOrder } from '../../training/src/run/bank-order.ts';
import type { LoopOutcome } from '../../training/src/run/loop.ts';
import { trainStored, weightsIn } from '../../training/test/stored.ts';
import { knn, knnMeasurement, KnnSpec } from '../src/index.ts';
import { tinyPretraining } from './tiny-pretraining.ts';

const SEED = 4;
const ID = 'b'.repeat(64);
const TINY = { steps: 6, features: 32, pixels: 784 };
const SPEC = { k: 5, bank: 300, sanity: [], every: 4 };
const HELD_OUT = 600;

/** The tiny method, of which each step changes what is similar to what: the student's kernel, which its teacher follows. */
const changing: typeof tinyPretraining = {
  ...tinyPretraining,
  bind: (spec) => ({
    ...tinyPretraining.bind(spec),
    step({ student, teacher }) {
      const [old, mean] = [student.params['encoder.kernel']!, teacher.params['encoder.kernel']!];
      const kernel = tf.sub(old, tf.cos(tf.mul(3, old)));
      return [
        { student: of(kernel), teacher: of(tf.add(tf.mul(0.5, mean), tf.mul(0.5, kernel))) },
        { loss: tf.mean(kernel) },
      ];
    },
  }),
};
const of = (kernel: tf.Tensor): Variables => ({ params: { 'encoder.kernel': kernel }, buffers: {} });
const tiny = bound(changing, TINY);

let data: RunData;
let folder: string;
let whole: LoopOutcome;

beforeAll(async () => {
  await useTensorFlow();
  const embedded = { source: 'fashion-mnist', images: 'embedded', labelled: 'all', heldOut: HELD_OUT };
  data = await prepareData({ dataSet: fashionMnist, data: embedded }, seeds(SEED).split);
  data = { ...data, test: { ...data.test, count: 100 } };
  folder = mkdtempSync(join(tmpdir(), 'while-training-'));
  whole = await train('whole');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function train(
  where: string,
  changes: object = {},
  session: Parameters<typeof trainStored>[2] = {},
  images = data,
  method = tiny,
) {
  const measurings = [
    { name: 'knn', measurement: knnMeasurement as never, spec: KnnSpec.parse({ ...SPEC, ...changes }) },
  ];
  return trainStored({ seed: SEED, bound: method, data: images, measurings }, { folder: join(folder, where), identity: ID }, session); // prettier-ignore
}

const measuredIn = ({ lines }: LoopOutcome): LookedLine[] =>
  lines.filter((line: MetricsLine): line is LookedLine => line.kind === 'measured');

/** Features of training images, of all at once and without compiling. */
function featuresOf(variables: Variables, indices: ArrayLike<number>): HostTensor {
  const { train } = data;
  if (!('images' in train)) throw new Error('these images lie in files');
  const { images, count, height, width } = train;
  const features = tf.tidy(() => {
    const all = tf.tensor(images, [count, height, width, 1], 'int32');
    return tiny.trainable.encodes!.encode(variables, tf.gather(all, Array.from(indices)));
  });
  const rows = features.dataSync() as Float32Array;
  features.dispose();
  return { data: rows, shape: features.shape };
}

/** What `knn` says of the held-out images by the weights before the first step or after the last. */
async function expected(which: 'first' | 'last') {
  const bank = bankOrder(SEED, data).subarray(0, SPEC.bank);
  const asked = data.split.heldOut;
  const labelsOf = (indices: ArrayLike<number>) => Int32Array.from(indices, (index) => data.train.labels[index]!);
  const weights = await weightsIn({ bound: tiny, seed: SEED, folder: join(folder, 'whole'), identity: ID }, which);
  const top1 = (['student', 'teacher'] as const).map((whose) => [
    `knn-held-out ${whose}`,
    knn({
      bank: featuresOf(weights[whose], bank),
      bankLabels: labelsOf(bank),
      queries: featuresOf(weights[whose], asked),
      queryLabels: labelsOf(asked),
      classes: 10,
      k: SPEC.k,
      temperature: 0.1,
    }).top1,
  ]);
  tf.dispose(weights as unknown as tf.TensorContainer);
  return Object.fromEntries(top1) as { [key: string]: number };
}

it('gives the neighbours of held-out images as they are by the weights of each step', async () => {
  expect(measuredIn(whole).map(({ step }) => step)).toEqual([0, 4, 6]);
  const [first, , last] = measuredIn(whole).map(({ values }) => values);
  expect(first).toEqual(await expected('first'));
  expect(last).toEqual(await expected('last'));
  const all = measuredIn(whole).flatMap(({ values }) => Object.values(values));
  expect(all.every((value) => value > 15 && value < 95)).toBe(true);
  // Of both networks another one, and of either after training.
  expect(last!['knn-held-out student']).not.toBe(last!['knn-held-out teacher']);
  for (const key of Object.keys(last!)) expect(last![key]).not.toBe(first![key]);
  expect(whole.looked.map(({ name, whose, unit }) => `${name} ${whose} ${unit}`)).toEqual([
    'knn-held-out teacher %',
    'knn-held-out student %',
  ]);
  expect(whole.measures.map(({ name, split }) => [name, split])).toEqual([['knn', 'test'], ['knn', 'test']]); // prettier-ignore
});

it('changes no bit of what is trained, nor of what is measured after it', async () => {
  const without = await train('without', { every: undefined });
  expect(without.looked).toEqual([]);
  expect(without.weights).toBe(whole.weights);
  expect(without.measures).toEqual(whole.measures);
  expect(without.lines).toEqual(whole.lines.filter(({ kind }) => kind !== 'measured'));
});

it('has the same series where the run was left between looks, and in the midst of each', async () => {
  const before = tf.memory().numTensors;
  for (const step of [1, 4]) {
    let last = 0;
    const left = await train(`step-${step}`, {}, { interrupted: () => last >= step, onProgress: (told) => (last = told.step) }); // prettier-ignore
    expect(left).toMatchObject({ done: step, complete: false });
    expect(await train(`step-${step}`)).toMatchObject({ weights: whole.weights, lines: whole.lines });
  }
  // A look has six batches: of the bank, and two of the held-out images, for both networks.
  for (const [batches, done, steps] of [
    [1, 0, []],
    [8, 4, [0]],
    [17, 6, [0, 4]],
  ] as const) {
    let looked = 0;
    const left = await train(`look-${batches}`, {}, { interrupted: () => looked >= batches, onLook: () => looked++ });
    expect(left).toMatchObject({ done, complete: false });
    expect(measuredIn(left).map(({ step }) => step)).toEqual(steps);
    expect(await train(`look-${batches}`)).toMatchObject({ weights: whole.weights, lines: whole.lines, measures: whole.measures }); // prettier-ignore
  }
  expect(tf.memory().numTensors).toBe(before);
});

it('chooses k on training images at each look, where the measurement does', async () => {
  const chosen = measuredIn(await train('chosen', { k: [1, 5], chosenOn: 100, networks: ['student'] })).at(-1)!;
  const alone = await Promise.all([1, 5].map((k) => train(`k-${k}`, { k, networks: ['student'] })));
  const values = alone.map((one) => measuredIn(one).at(-1)!.values['knn-held-out student']);
  expect(values[0]).not.toBe(values[1]);
  expect(values).toContain(chosen.values['knn-held-out student']);
});

it('is refused before the first step where there is nothing to look at, or too much', async () => {
  const none = { ...data, split: { ...data.split, heldOut: [] } };
  await expect(train('none', {}, {}, none)).rejects.toThrow(
    /measurements\.knn\.every: looks at training images that are held out while the run trains, and there are none: --set data\.heldOut=500/,
  );
  const long = bound(changing, { ...TINY, steps: 600 });
  await expect(train('many', { every: 1 }, {}, data, long)).rejects.toThrow(
    'measurements.knn.every: is 1, which are 601 looks in 600 steps, and a series has 500 points at most: --set measurements.knn.every=2',
  );
  for (const every of [0, -1, 1.5, '2']) expect(() => KnnSpec.parse({ every })).toThrow(/every/);
  // Absent, it is no part of a spec: what was run without it is the same run.
  expect(Object.keys(KnnSpec.parse({}))).not.toContain('every');
  expect(knnMeasurement.smoke!(KnnSpec.parse({ every: 1000 }))).toMatchObject({ every: 2 });
  expect(Object.keys(knnMeasurement.smoke!(KnnSpec.parse({})))).not.toContain('every');
});
