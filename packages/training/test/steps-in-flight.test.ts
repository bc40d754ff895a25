import { fashionMnist } from '@spatial-ensemble/datasets';
import { compileStep, useTensorFlow, type Profile } from '@spatial-ensemble/engine';
import { seeds } from '@spatial-ensemble/random';
import type { TrainedLine } from '@spatial-ensemble/record';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { bound, type Bound } from '../src/bound.ts';
import { prepareData, streamsOf, type RunData } from '../src/data.ts';
import type { At, Batch, HostBatch, Metrics, State } from '../src/method.ts';
import { imageBatches } from '../src/run/batches.ts';
import { atOf } from '../src/run/compiled-step.ts';
import { inFlight } from '../src/run/in-flight.ts';
import { trainRun } from '../src/run/loop.ts';
import { memoryPort, NOTHING, type Kept } from '../src/testing/memory-port.ts';
import { changed, softmaxRegression, type Regression } from './softmax-regression.ts';

const SEED = 5;
/** A line every three steps, and one of what is left. */
const SPEC = { steps: 640, batch: 4, learningRate: 0.1, momentum: 0.9 };
const EVERY = 3;

let data: RunData;

beforeAll(async () => {
  await useTensorFlow();
  data = await prepareData(
    { dataSet: fashionMnist, data: { source: 'fashion-mnist', images: 'embedded', labelled: 40, heldOut: 100 } },
    seeds(SEED).split,
  );
  data = { ...data, test: { ...data.test, count: 100 }, split: { ...data.split, heldOut: [] } };
});

/** A mean, a share of nothing in many steps, and what counts at the last step alone. */
const metered: Regression = {
  ...changed(softmaxRegression, (trainable) => ({
    step(state: never, batch: Batch, at: At): readonly [State, Metrics] {
      const [next, metrics] = trainable.step(state, batch as never, at as never);
      const { weak, labels } = batch['labelled'] as { readonly weak: tf.Tensor; readonly labels: tf.Tensor };
      const third = tf.cast(tf.equal(labels, 3), 'float32');
      const light = tf.cast(tf.greater(tf.mean(tf.cast(weak, 'float32'), [1, 2, 3]), 60), 'float32');
      const share = { sum: tf.sum(tf.mul(third, light)), count: tf.sum(third) };
      return [next, { ...metrics, share, rate: at.scalars['learningRate']! }];
    },
  })),
  metrics: {
    share: { title: 'light ones of the third class', unit: '%', whose: 'none', summed: 'share' },
    loss: { title: 'loss', unit: 'nats', whose: 'student', summed: 'mean' },
    rate: { title: 'learning rate', unit: '', whose: 'none', summed: 'last' },
    unseen: { title: 'never shown', unit: '', whose: 'none', summed: 'mean' },
  },
};

async function train(
  of: Bound,
  before: Kept,
  stopAfter = Infinity,
  onProfile?: (profile: Profile) => Promise<void>,
): Promise<Kept & { readonly begun: number }> {
  const port = memoryPort(before);
  let begun = 0;
  const outcome = await trainRun({
    run: { bound: of, seed: SEED, data, testPoints: 1 },
    port,
    machine: { precision: 'float32', xla: false, workers: 0 },
    session: {
      interrupted: () => begun >= stopAfter,
      onProgress: ({ step }) => (begun = step),
      ...(onProfile && { onProfile }),
    },
  }).catch((error: Error) => error);
  if (outcome instanceof Error) throw Object.assign(outcome, { kept: port.kept(), begun, lines: port.lines() });
  return { ...port.kept(), begun };
}

const trained = (lines: Kept['lines']): TrainedLine[] =>
  lines.filter((line): line is TrainedLine => line.kind === 'train');

/** As a loop does it that waits for every step, reads its numbers and adds them up on the host. */
async function readingEachStep({ trainable, steps }: Bound): Promise<TrainedLine[]> {
  const { init, mask, data: key } = seeds(SEED);
  const streams = streamsOf(trainable.streams, data.split);
  const batches = imageBatches({ source: data.train, streams, key, startStep: 0, steps, workers: 0 });
  const step = compileStep((state: State, batch: Batch, at: At) => {
    const [next, { loss, share, rate }] = trainable.step(state, batch, at);
    const { sum, count } = share as { readonly sum: tf.Tensor; readonly count: tf.Tensor };
    return [next, tf.stack([loss as tf.Tensor, sum, count, rate as tf.Tensor])] as const;
  });
  const lines: TrainedLine[] = [];
  let state = trainable.init(init);
  let [n, losses, sums, counts] = [0, 0, 0, 0];
  for (let done = 1; done <= steps; done++) {
    const batch: HostBatch = await batches.next();
    const [next, shown] = await step.async(state, batch as unknown as Batch, atOf(trainable, done - 1, mask));
    const [loss, sum, count, rate] = shown.dataSync() as unknown as readonly [number, number, number, number];
    shown.dispose();
    state = next;
    [n, losses, sums, counts] = [n + 1, losses + loss, sums + sum, counts + count];
    if (done % EVERY !== 0 && done !== steps) continue;
    const values = { loss: losses / n, rate, ...(counts > 0 && { share: sums / counts }) };
    lines.push({ kind: 'train', step: done, count: n, values, counts: { rate: 1, share: counts } });
    [n, losses, sums, counts] = [0, 0, 0, 0];
  }
  await batches.close();
  tf.dispose(state as tf.TensorContainer);
  step.dispose();
  return lines;
}

test('lines are those of a loop that reads every step, to the bit, also where a run is interrupted between them', async () => {
  const of = bound(metered, SPEC);
  const before = tf.memory().numTensors;
  const expected = await readingEachStep(of);
  expect(new Set(expected.map(({ count }) => count))).toEqual(new Set([EVERY, SPEC.steps % EVERY]));
  expect(expected.some(({ values }) => values['share'] === undefined)).toBe(true);
  const whole = await train(of, NOTHING);
  expect(JSON.stringify(trained(whole.lines))).toBe(JSON.stringify(expected));
  const first = await train(of, NOTHING, 301);
  expect(first.saved?.window.count).toBe(301 % EVERY);
  const second = await train(of, first, 305);
  const resumed = await train(of, second);
  expect(resumed.lines).toEqual(whole.lines);
  expect(resumed.saved?.weights).toBe(whole.saved?.weights);
  expect(tf.memory().numTensors).toBe(before);
});

/** Its loss is no number from a step on, counted from 1; its weights stay as they would be. */
function failingAt(bad: number): Regression {
  return changed(metered, (trainable) => ({
    at: (step: number) => ({ ...trainable.at(step), spoilt: step + 1 >= bad ? Infinity : 1 }),
    step(state: never, batch: never, at: At): readonly [State, Metrics] {
      const [next, metrics] = trainable.step(state, batch, at as never);
      return [next, { ...metrics, loss: tf.mul(metrics.loss as tf.Tensor, at.scalars['spoilt']!) }];
    },
  }));
}

// In the midst of a line, at its end, at its first step, at the first step of a sitting, and at the last of all.
test.each([308, 309, 310, 1, 640])(
  'training that diverges at step %i stops there, names it, and saves nothing of it',
  async (bad) => {
    const error = (await train(bound(failingAt(bad), SPEC), NOTHING).catch((reason: Error) => reason)) as Error &
      Kept & { readonly kept: Kept; readonly begun: number };
    expect(error.message).toBe(`loss is Infinity after step ${bad}: training diverged. Lower the learning rate.`);
    expect(error.begun).toBeLessThanOrEqual(bad + 1);
    expect(trained(error.lines).at(-1)?.step ?? 0).toBe(Math.floor((bad - 1) / EVERY) * EVERY);
    expect(error.kept.saved?.step ?? 0).toBe(Math.floor((bad - 1) / 64) * 64);
  },
);

test('a run that is profiled is the same run', async () => {
  const of = bound(metered, { ...SPEC, steps: 12 });
  const before = tf.memory().numTensors;
  const profiles: Profile[] = [];
  const plain = await train(of, NOTHING);
  const profiled = await train(of, NOTHING, Infinity, async (profile) => void profiles.push(profile));
  expect(profiled).toEqual(plain);
  expect(tf.memory().numTensors).toBe(before);
  // Pixels to classes, forward and the gradient of the weights: there is none of the images.
  expect(profiles.map(({ ops }) => ops.reduce((sum, { flops }) => sum + flops, 0))).toEqual([2 * 2 * 4 * 784 * 10]);
});

test('no more is in flight than there is room for, and the first failure is told to all who ask', async () => {
  const flight = inFlight();
  const ends: (() => void)[] = [];
  const begin = (): void => flight.add(new Promise((resolve) => ends.push(resolve)));
  begin();
  await flight.room(2);
  begin();
  expect(flight.idleSince).toBeUndefined();
  let there = false;
  const room = flight.room(2).then(() => (there = true));
  await new Promise(setImmediate);
  expect(there).toBe(false);
  ends[0]!();
  await room;
  ends[1]!();
  await flight.quiet();
  expect(flight.idleSince).toBeLessThanOrEqual(performance.now());
  flight.add(Promise.reject(new Error('first')));
  flight.add(Promise.reject(new Error('second')));
  await expect(flight.room(1)).rejects.toThrow('first');
  await expect(flight.room(1)).rejects.toThrow('first');
  await flight.room(5);
});
