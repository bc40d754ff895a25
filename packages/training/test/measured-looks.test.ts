import { fashionMnist } from '@spatial-ensemble/datasets';
import { seeds } from '@spatial-ensemble/random';
import type { LookedLine } from '@spatial-ensemble/record';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { bound } from '../src/bound.ts';
import { prepareData, type RunData } from '../src/data.ts';
import type { FeatureTools, LookedAt, Measurement, WhileTraining } from '../src/measurement.ts';
import { trainRun } from '../src/run/loop.ts';
import { memoryPort, NOTHING } from '../src/testing/memory-port.ts';
import { softmaxRegression } from './softmax-regression.ts';

const SEED = 3;
const SPEC = { steps: 4, batch: 16, learningRate: 0.1, momentum: 0.9 };
const SEEN: LookedAt = { name: 'seen', title: 'seen', whose: 'student', unit: '', summed: 'last' };

let data: RunData;
let without: RunData;
beforeAll(async () => {
  await tf.setBackend('cpu');
  const declared = { source: 'fashion-mnist', images: 'embedded', labelled: 40, heldOut: 10 };
  data = await prepareData({ dataSet: fashionMnist, data: declared }, seeds(SEED).split);
  data = { ...data, test: { ...data.test, count: 10 } };
  without = { ...data, split: { ...data.split, heldOut: [] } };
});

/** A measurement that looks at every second step, and measures nothing after the last. */
function looksAt(look: WhileTraining['look'], series: readonly LookedAt[] = [SEEN]): Measurement<unknown> {
  return {
    name: 'looks',
    version: 1,
    schema: z.strictObject({}),
    makes: () => [],
    measure: () => Promise.resolve([]),
    whileTraining: () => ({ every: 2, series, look }),
  };
}

/** The lines of a run's looks. */
async function train(measurements: { readonly [name: string]: Measurement<unknown> }, images = data) {
  const measurings = Object.entries(measurements).map(([name, measurement]) => ({ name, measurement, spec: {} }));
  const { lines } = await trainRun({
    run: { bound: bound(softmaxRegression, SPEC), seed: SEED, data: images, testPoints: 1, measurings },
    port: memoryPort(NOTHING),
    machine: { precision: 'float32', xla: false, workers: 0 },
    session: { interrupted: () => false, onProgress: () => undefined },
  });
  return lines.filter((line): line is LookedLine => line.kind === 'measured');
}

const finding = (values: LookedLine['values'], series?: readonly LookedAt[]) =>
  looksAt(() => Promise.resolve(values), series);

test.each<[string, (tools: FeatureTools) => unknown]>([
  ['features', ({ features }) => features('student', 'test')],
  ['features that several processes share', ({ sharedFeatures }) => sharedFeatures('pixels', 'test', 3)],
  ['labels', ({ labels }) => labels('test')],
])('no look has %s of test images, whatever its types say', async (_, ask) => {
  const look = async (tools: object) => {
    await ask(tools as FeatureTools);
    return { 'seen student': 1 };
  };
  await expect(train({ peeks: looksAt(look) })).rejects.toThrow(
    "measurements.peeks asks for test images while the run trains, and those are for its end: let it look at 'held-out' or 'bank'",
  );
});

test('a look has the labels and the features of training images', async () => {
  const look: WhileTraining['look'] = async ({ features, labels, classes }) => {
    const { shape } = await features('teacher', 'bank', 7);
    return { 'seen student': 100 * shape[0]! + 10 * labels('held-out').length + (classes === 10 ? 1 : 0) };
  };
  expect((await train({ looks: looksAt(look) })).map(({ step, values }) => [step, values])).toEqual(
    [0, 2, 4].map((step) => [step, { 'seen student': 801 }]),
  );
});

test('a look at other images than those held out needs none of these', async () => {
  const look: WhileTraining['look'] = async ({ labels }) => ({ 'seen student': labels('bank', 5).length });
  expect((await train({ looks: looksAt(look) }, without)).map(({ values }) => values['seen student'])).toEqual([5, 5, 5]); // prettier-ignore
  const heldOut = finding({ 'seen student': 1 }, [{ ...SEEN, split: 'held-out' }]);
  await expect(train({ looks: heldOut }, without)).rejects.toThrow(
    'measurements.looks.every: looks at training images that are held out while the run trains, and there are none: --set data.heldOut=500',
  );
  const silent = looksAt(async ({ labels }) => ({ 'seen student': labels('held-out').length }));
  await expect(train({ silent }, without)).rejects.toThrow('images of the held-out set were asked for, and there are none'); // prettier-ignore
});

test.each([
  [{}, "'seen student' is missing"],
  [{ 'seen student': 1, seen: 1 }, "'seen' is none of its series"],
  [{ 'seen student': Number.NaN }, "'seen student' is NaN, which is no finite number"],
  [{ 'seen student': '7' as never }, "'seen student' is 7, which is no finite number"],
])('a look finds a number for each of its series and nothing else, which is not %j', async (values, says) => {
  await expect(train({ looks: finding(values) })).rejects.toThrow(
    `what measurements.looks found while the run trains is not valid: ${says}`,
  );
});

test('a series is of one measurement', async () => {
  const one = finding({ 'seen student': 1 });
  const other = finding({ 'seen teacher': 2 }, [{ ...SEEN, whose: 'teacher' }]);
  expect((await train({ one, other })).map(({ values }) => values)).toEqual(
    [0, 2, 4].map(() => ({ 'seen student': 1, 'seen teacher': 2 })),
  );
  await expect(train({ one, two: one })).rejects.toThrow(
    "measurements.two makes the series 'seen student' while the run trains, and so does measurements.one: give one of them another name",
  );
  await expect(train({ one: finding({ 'seen student': 1 }, [SEEN, SEEN]) })).rejects.toThrow(
    "measurements.one makes the series 'seen student' while the run trains, and names it twice",
  );
});
