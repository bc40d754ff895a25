import { fashionMnist } from '@spatial-ensemble/datasets';
import type { HostTensor } from '@spatial-ensemble/engine';
import { seeds } from '@spatial-ensemble/random';
import { seriesKey } from '@spatial-ensemble/record';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { bound } from '../src/bound.ts';
import { prepareData, streamsOf, type RunData } from '../src/data.ts';
import type { Measurement } from '../src/measurement.ts';
import { imageBatches } from '../src/run/batches.ts';
import type { Board } from '../src/run/board.ts';
import { trainRun } from '../src/run/loop.ts';
import { memoryPort, NOTHING, type Kept } from '../src/testing/memory-port.ts';
import { changed, softmaxRegression, type Regression } from './softmax-regression.ts';

const SEED = 3;
const SPEC = { steps: 6, batch: 16, learningRate: 0.1, momentum: 0.9 };

let data: RunData;
beforeAll(async () => {
  await tf.setBackend('cpu');
  const declared = { source: 'fashion-mnist', images: 'embedded', labelled: 40, heldOut: 10 };
  data = await prepareData({ dataSet: fashionMnist, data: declared }, seeds(SEED).split);
  data = { ...data, test: { ...data.test, count: 10 } };
});

const SEEN = { name: 'brightness', title: 'brightness', whose: 'none', unit: '', summed: 'last' } as const;
/** Looks at held-out images while the run trains, and measures nothing after it. */
const brightness: Measurement<unknown> = {
  name: 'brightness',
  version: 1,
  schema: z.strictObject({}),
  makes: () => [],
  measure: () => Promise.resolve([]),
  whileTraining: () => ({
    every: 4,
    series: [SEEN],
    look: async ({ features }) => {
      const { data: pixels } = await features('pixels', 'held-out');
      return { [seriesKey(SEEN)]: (pixels as Float32Array).reduce((sum, one) => sum + one, 0) / pixels.length };
    },
  }),
};

/** A board that remembers, as an event file does. */
function memoryBoard(): Board & { readonly shown: Map<string, unknown> } {
  const shown = new Map<string, unknown>();
  const show = (tag: string, value: unknown, step: number): void => void shown.set(`${tag} ${step}`, value);
  return {
    shown,
    has: (tag, step) => shown.has(`${tag.replace('/image/0', '')} ${step}`),
    scalar: show,
    histogram: (tag, values, step) => show(tag, [...values.dataSync()], step),
    images: (tag, { data: bytes, shape }, step) => show(tag, { data: bytes.slice(), shape }, step),
    flush: () => undefined,
  };
}

async function train(
  board: Board | undefined,
  method: Regression = softmaxRegression,
  kept: Kept = NOTHING,
  stop = 99,
) {
  const port = memoryPort(kept);
  let step = 0;
  await trainRun({
    run: { bound: bound(method, SPEC), seed: SEED, data, testPoints: 1, measurings: [{ name: 'brightness', measurement: brightness, spec: {} }] }, // prettier-ignore
    port,
    machine: { precision: 'float32', xla: false, workers: 0 },
    session: {
      interrupted: () => step >= stop,
      onProgress: (progress) => (step = progress.step),
      ...(board && { board }),
    },
  });
  return port.kept();
}

test('the views are the first images of the batch that is trained on', async () => {
  const board = memoryBoard();
  await train(board);
  const { trainable } = bound(softmaxRegression, SPEC);
  const streams = streamsOf(trainable.streams, data.split);
  const options = { source: data.train, streams, key: seeds(SEED).data, startStep: 0, steps: 6, workers: 0 };
  const batches = imageBatches(options);
  const { weak } = (await batches.next())['labelled'] as { readonly weak: HostTensor };
  const shown = board.shown.get('views/labelled/weak 0') as HostTensor;
  expect(shown.shape).toEqual([8, 28, 28, 1]);
  expect(shown.data).toEqual(weak.data.slice(0, 8 * 28 * 28));
  await batches.close();
});

test('distances are those of the weights, and none of a student that teaches itself', async () => {
  const board = memoryBoard();
  const { saved } = await train(board);
  const of = (whose: string, name: string): number[] => [...saved!.tensors.get(`state.${whose}.params.${name}`)!.data];
  const length = (values: readonly number[]): number => Math.hypot(...values);
  const relative = ['bias', 'kernel'].map((name) => {
    const [student, teacher] = [of('student', name), of('teacher', name)];
    const beyond = teacher.map((value, i) => Math.fround(value - student[i]!));
    expect(board.shown.get(`distance/${name} 6`)).toEqual(beyond);
    return length(beyond) / length(student);
  });
  const shown = board.shown.get('relative distance 6') as number[];
  expect(shown).toHaveLength(2);
  for (const [i, value] of shown.entries()) expect(value).toBeCloseTo(relative[i]!, 5);

  const alone = changed(softmaxRegression, () => ({ teacher: (state: { student: object }) => state.student }));
  const none = memoryBoard();
  await train(none, alone as Regression);
  expect([...none.shown.keys()].filter((tag) => tag.includes('distance'))).toEqual([]);
  expect(none.shown.has('train/loss 6')).toBe(true);
});

test('a run that is gone on with shows what one does that was left alone', async () => {
  const [whole, parts] = [memoryBoard(), memoryBoard()];
  const kept = await train(whole);
  const left = await train(parts, softmaxRegression, NOTHING, 2);
  expect(left.saved!.step).toBe(2);
  const ended = await train(parts, softmaxRegression, left);
  expect(ended.saved!.weights).toBe(kept.saved!.weights);
  expect(ended.saved!.weights).toBe((await train(undefined)).saved!.weights);
  const steps = [...whole.shown.keys()].filter((tag) => tag.startsWith('measured/brightness none '));
  expect(steps.map((tag) => Number(tag.split(' ').at(-1)))).toEqual([0, 4, 6]);
  expect([...parts.shown].toSorted(([a], [b]) => (a < b ? -1 : 1))).toEqual(
    [...whole.shown].toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
});
