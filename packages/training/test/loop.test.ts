import { fashionMnist } from '@spatial-ensemble/datasets';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seeds } from '@spatial-ensemble/random';
import type { MetricDeclarations } from '@spatial-ensemble/record';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { bound } from '../src/bound.ts';
import { prepareData, type RunData } from '../src/data.ts';
import type { LoopOutcome } from '../src/run/loop.ts';
import { trainedSeries } from '../src/run/over-steps.ts';
import { softmaxRegression } from './softmax-regression.ts';
import { trainStored } from './stored.ts';

const SEED = 3;
const SPEC = { steps: 23, batch: 8, learningRate: 0.1, momentum: 0.9 };
const ID = 'a'.repeat(64);

let data: RunData;
let folder: string;

beforeAll(async () => {
  await tf.setBackend('cpu');
  data = await prepareData(
    { dataSet: fashionMnist, data: { source: 'fashion-mnist', images: 'embedded', labelled: 40, heldOut: 100 } },
    seeds(SEED).split,
  );
  // The whole test set would only cost time here.
  data = { ...data, test: { ...data.test, count: 200 } };
});

beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'loop-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function train(
  where: string,
  options: {
    readonly stopAfter?: number;
    readonly fresh?: boolean;
    readonly identity?: string;
    readonly spec?: typeof SPEC;
    readonly method?: typeof softmaxRegression;
  } = {},
): Promise<LoopOutcome> {
  let last = 0;
  return trainStored(
    {
      bound: bound(options.method ?? softmaxRegression, options.spec ?? SPEC),
      seed: SEED,
      data,
    },
    { folder: join(folder, where), identity: options.identity ?? ID, fresh: options.fresh ?? false },
    {
      interrupted: () => options.stopAfter !== undefined && last >= options.stopAfter,
      onProgress: ({ step }) => (last = step),
    },
  );
}

function metrics(where: string): string {
  return readFileSync(join(folder, where, 'metrics.jsonl'), 'utf8');
}

test('a run learns, and measures teacher and student', async () => {
  const outcome = await train('a', { spec: { ...SPEC, steps: 60 } });
  const test = outcome.lines.find(({ kind }) => kind === 'test')!;
  expect(outcome.done).toBe(60);
  expect(test.values['accuracy student']).toBeGreaterThan(35);
  expect(test.values['accuracy teacher']).not.toBe(test.values['accuracy student']);
});

test('interrupted twice and resumed, it ends with the same bits', async () => {
  const whole = await train('whole');
  expect((await train('parts', { stopAfter: 7 })).done).toBe(7);
  expect((await train('parts', { stopAfter: 15 })).done).toBe(15);
  const parts = await train('parts');
  expect(parts.weights).toBe(whole.weights);
  expect(metrics('parts')).toBe(metrics('whole'));
  expect(trainedSeries(parts)).toEqual(trainedSeries(whole));
  expect(trainedSeries(whole)[0]?.points).toHaveLength(SPEC.steps);
});

test('a step that shows what its method does not declare, or declares otherwise, is refused before it has learnt', async () => {
  const declaring = (metrics: MetricDeclarations) => train('a', { method: { ...softmaxRegression, metrics } });
  const loss = { title: 'loss', unit: 'nats', whose: 'student', summed: 'mean' } as const;
  await expect(declaring({ los: loss })).rejects.toThrow(
    /the step of softmax-regression shows 'loss', which its `metrics` do not declare\. Did you mean 'los'\?/,
  );
  await expect(declaring({ loss: { ...loss, summed: 'share' } })).rejects.toThrow(
    /gives loss as one number, and its `metrics` declare summed: 'share', which takes a sum and a count/,
  );
});

test('lines written after the last checkpoint are cut back', async () => {
  const whole = await train('whole');
  await train('parts', { stopAfter: 7 });
  const file = join(folder, 'parts', 'metrics.jsonl');
  writeFileSync(file, `${readFileSync(file, 'utf8')}{"kind":"train","step":8,"los`);
  await train('parts');
  expect(metrics('parts')).toBe(metrics('whole'));
  expect((await train('parts')).weights).toBe(whole.weights);
});

test('the same run twice gives the same bits, and --fresh begins anew', async () => {
  const first = await train('a');
  const second = await train('a', { fresh: true });
  expect(second.weights).toBe(first.weights);
});

test('curves use held-out training images only', async () => {
  const { labelled, unlabelled, heldOut } = data.split;
  const held = new Set(heldOut);
  expect(heldOut).toHaveLength(100);
  expect([...labelled, ...unlabelled].some((index) => held.has(index))).toBe(false);
  const outcome = await train('a');
  expect(outcome.lines.filter(({ kind }) => kind === 'test')).toHaveLength(1);
  expect(outcome.lines.filter(({ kind }) => kind === 'held-out').length).toBeGreaterThan(10);
});

test('a checkpoint of another run, or a damaged one, is refused', async () => {
  await train('a', { stopAfter: 5 });
  await expect(train('a', { identity: 'b'.repeat(64) })).rejects.toThrow(/belongs to another run/);
  const checkpoint = join(folder, 'a', 'checkpoint');
  const files = readdirSync(checkpoint).map((step) => join(checkpoint, step, 'state.safetensors'));
  expect(files.length).toBeGreaterThan(0);
  for (const file of files) {
    const bytes = readFileSync(file);
    bytes[bytes.length - 1]! ^= 1;
    writeFileSync(file, bytes);
  }
  await expect(train('a')).rejects.toThrow(/is damaged/);
});

test('a run that diverges stops and says so', async () => {
  await expect(train('a', { spec: { ...SPEC, learningRate: 1e38 } })).rejects.toThrow(
    /loss is (NaN|Infinity) after step \d+: training diverged/,
  );
});

test('no tensor is left behind', async () => {
  await train('a');
  const before = tf.memory().numTensors;
  await train('b');
  expect(tf.memory().numTensors).toBe(before);
});
