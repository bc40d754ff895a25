import { fashionMnist } from '@spatial-ensemble/datasets';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { useTensorFlow } from '@spatial-ensemble/engine';
import { seeds } from '@spatial-ensemble/random';
import { bound, prepareData, type RunData } from '@spatial-ensemble/training';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
// The loop and the measurements themselves are not part of what the package exports: experiments reach them by the
// command line.
import type { LoopOutcome } from '../../training/src/run/loop.ts';
import { measured } from '../../training/src/run/measure.ts';
import { trainStored, weightsIn } from '../../training/test/stored.ts';
import { knnMeasurement, KnnSpec, linearEvaluation } from '../src/index.ts';
import { tinyPretraining } from './tiny-pretraining.ts';

const SEED = 4;
const TINY = { steps: 2, features: 32, pixels: 784 };
const ID = 'b'.repeat(64);
const linear = linearEvaluation(tinyPretraining);

let data: RunData;
let folder: string;
let source: Parameters<typeof weightsIn>[0];

beforeAll(async () => {
  await useTensorFlow();
  const embedded = { source: 'fashion-mnist', images: 'embedded', labelled: 'all', heldOut: 9000 };
  data = await prepareData({ dataSet: fashionMnist, data: embedded }, seeds(SEED).split);
  data = { ...data, test: { ...data.test, count: 400 }, split: { ...data.split, heldOut: [] } };
  folder = mkdtempSync(join(tmpdir(), 'evaluation-'));
  const stored = { folder: join(folder, 'tiny'), identity: ID };
  source = { bound: bound(tinyPretraining, TINY), seed: SEED, ...stored };
  await trainStored({ seed: SEED, bound: source.bound, data }, stored);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function evaluated(where: string, changes: object, stopAfter = Infinity): Promise<LoopOutcome> {
  const declared = { protocol: 'sts', whose: 'teacher', classes: 10, images: 1000, epochs: 12, batch: 50 };
  const spec = linear.schema.parse({ ...declared, augment: { kind: 'none' }, pretraining: TINY, ...changes });
  let last = 0;
  return trainStored(
    {
      seed: SEED,
      bound: bound(linear, spec),
      data,
      from: () => weightsIn(source, spec.whose === 'untrained' ? 'first' : 'last'),
    },
    { folder: join(folder, where), identity: ID },
    { interrupted: () => last >= stopAfter, onProgress: ({ step }) => (last = step) },
  );
}

const tests = ({ lines }: LoopOutcome, name: string): number[] =>
  lines.filter(({ kind }) => kind === 'test').map(({ values }) => values[name]!);

describe('a linear evaluation through the real loop', () => {
  it.each([
    ['sts', { learningRate: 2 }],
    ['moco', { learningRate: 0.5 }],
    ['byol', { learningRate: 0.5 }],
  ] as const)('by the protocol of %s learns from frozen features', async (protocol, changes) => {
    const outcome = await evaluated(protocol, { protocol, ...changes });
    const [top1, top5] = [tests(outcome, 'linear-top1 teacher'), tests(outcome, 'linear-top5 teacher')];
    expect(top1).toHaveLength(1);
    expect(top1[0]).toBeGreaterThan(45);
    expect(top5[0]).toBeGreaterThan(85);
  });

  it('ends with the same bits after an interruption', async () => {
    const whole = await evaluated('whole', { augment: { kind: 'shift', max: 2 }, epochs: 1 });
    expect((await evaluated('parts', { augment: { kind: 'shift', max: 2 }, epochs: 1 }, 7)).done).toBe(7);
    const parts = await evaluated('parts', { augment: { kind: 'shift', max: 2 }, epochs: 1 });
    expect(parts.weights).toBe(whole.weights);
    expect(parts.lines).toEqual(whole.lines);
  });

  it('looks at the test images as often as a recipe does whose best is asked for', async () => {
    const outcome = await evaluated('best', {
      protocol: 'moco',
      learningRate: 0.5,
      epochs: 3,
      checkpoint: 'best-on-test',
    });
    expect(outcome.best).toBe(true);
    expect(outcome.lines.filter(({ kind }) => kind === 'test').map(({ step }) => step)).toEqual([20, 40, 60]);
  });

  it('of pixels and of the untrained encoder gives the sanity rows', async () => {
    const pixels = await evaluated('pixels', { input: { kind: 'pixels', count: 784 }, epochs: 3 });
    expect(tests(pixels, 'linear-top1-pixels none')[0]).toBeGreaterThan(45);
    const untrained = await evaluated('untrained', { whose: 'untrained', learningRate: 2 });
    expect(tests(untrained, 'linear-top1-untrained none')[0]).toBeGreaterThan(45);
  });
});

describe('nearest neighbours of a finished run', () => {
  const measure = async (spec: object) => {
    const state = await weightsIn(source, 'last');
    try {
      const run = { bound: bound(tinyPretraining, TINY), seed: SEED, data, state };
      return await measured(run, [{ name: 'knn', measurement: knnMeasurement as never, spec: KnnSpec.parse(spec) }]);
    } finally {
      tf.dispose(state as unknown as tf.TensorContainer);
    }
  };

  it('stand beside the untrained encoder and the pixels', async () => {
    const before = tf.memory().numTensors;
    const measures = await measure({ k: 20, bank: 900 });
    expect(tf.memory().numTensors).toBe(before);
    expect(measures.map(({ name, whose }) => [name, whose])).toEqual([
      ['knn', 'teacher'],
      ['knn', 'student'],
      ['knn-untrained', 'none'],
      ['knn-pixels', 'none'],
    ]);
    expect(knnMeasurement.makes(KnnSpec.parse({}))).toEqual(measures.map(({ name, whose }) => ({ name, whose })));
    expect(measures.every(({ split, rule, unit, n }) => `${split} ${rule} ${unit} ${n}` === 'test last % 400')).toBe(
      true,
    );
    expect(measures.every(({ value }) => value > 50 && value < 90)).toBe(true);
    // This student was only rescaled, which cosines do not see; the teacher has other projections.
    expect(measures[1]!.value).toBe(measures[2]!.value);
    expect(measures[0]!.value).not.toBe(measures[1]!.value);
  });

  it('of a second k have a name of their own', async () => {
    const measures = await measure({ name: 'knn-5', k: 5, bank: 500, networks: ['student'], sanity: ['pixels'] });
    expect(measures.map(({ name }) => name)).toEqual(['knn-5', 'knn-5-pixels']);
  });

  it('each have the k that is best for them on training images that the bank does not hold, and say which', async () => {
    const ks = [1, 5, 200];
    const spec = { k: ks, chosenOn: 100, bank: 900, networks: ['student'], sanity: ['pixels', 'pca'] };
    const measures = await measure(spec);
    expect(knnMeasurement.makes(KnnSpec.parse(spec))).toEqual(measures.map(({ name, whose }) => ({ name, whose })));
    expect(measures.map(({ name }) => name)).toEqual(['knn', 'knn-k', 'knn-pixels', 'knn-pixels-k', 'knn-pca', 'knn-pca-k']); // prettier-ignore
    expect(measures[1]).toMatchObject({ whose: 'student', split: 'train', unit: 'neighbours', n: 100 });
    // Of each k alone the numbers are those that the chosen one has, by the same bank.
    for (const [i, of] of [
      [0, 'student'],
      [2, 'pixels'],
      [4, 'pca'],
    ] as const) {
      // prettier-ignore
      const k = measures[i + 1]!.value;
      expect(ks).toContain(k);
      const alone = await measure({ ...spec, k, chosenOn: undefined });
      expect(measures[i]!.value, of).toBe(alone.find(({ name, whose }) => (of === 'student' ? whose === of : name === `knn-${of}`))!.value); // prettier-ignore
    }
    // 32 principal components of clothes tell about as much as all 784 pixels.
    expect(Math.abs(measures[4]!.value - measures[2]!.value)).toBeLessThan(10);
  });

  it('choose k among several only, on images that there are', async () => {
    expect(() => KnnSpec.parse({ k: [1, 5] })).toThrow(/chosenOn.*is missing/s);
    expect(() => KnnSpec.parse({ k: 5, chosenOn: 10 })).toThrow(/has nothing to choose: k is 5/);
    expect(() => KnnSpec.parse({ k: [5, 1], chosenOn: 10 })).toThrow(/must ascend/);
    expect(() => KnnSpec.parse({ k: [1, 200], chosenOn: 10, bank: 100 })).toThrow(
      /200 neighbours are more than the bank/,
    );
    const parts = { notHeldOut: 1000 };
    const problems = (spec: object) =>
      knnMeasurement.check!(KnnSpec.parse(spec), { parts } as never).map(({ key }) => key);
    expect(problems({ k: [1, 200], chosenOn: 100, bank: 900 })).toEqual([]);
    expect(problems({ k: [1, 200], chosenOn: 101, bank: 900 })).toEqual(['chosenOn']);
    expect(problems({ k: [1, 200], chosenOn: 801 })).toEqual(['chosenOn']);
    const smoke = knnMeasurement.smoke!(KnnSpec.parse({ k: [1, 20, 50, 200], chosenOn: 2000 }));
    expect(KnnSpec.parse(smoke)).toMatchObject({ k: [1, 20], chosenOn: 100, bank: 200 });
    expect(KnnSpec.parse(knnMeasurement.smoke!(KnnSpec.parse({ k: [50, 200], chosenOn: 9 })))).toMatchObject({ k: 20 });
  });

  it('are at most as many as the bank has images', async () => {
    expect(() => KnnSpec.parse({ k: 200, bank: 100 })).toThrow(/200 neighbours are more than the bank has images, 100/);
    await expect(measure({ k: 1001 })).rejects.toThrow(/1001 neighbours were asked for, and the bank has 1000 images/);
    expect(() => KnnSpec.parse({ name: 'knn-untrained' })).toThrow(/sanity row/);
    expect(() => KnnSpec.parse({ neighbours: 3 })).toThrow(/neighbours/);
  });
});
