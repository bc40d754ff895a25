import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fashionMnist } from '@spatial-ensemble/datasets';
import { seeds } from '@spatial-ensemble/random';
import { seriesKey } from '@spatial-ensemble/record';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { bound } from '../src/bound.ts';
import { prepareData, type RunData } from '../src/data.ts';
import type { Measurement } from '../src/index.ts';
import type { LoopOutcome, LoopRun } from '../src/run/loop.ts';
import { linearProbe } from './linear-probe.ts';
import { softmaxRegression } from './softmax-regression.ts';
import { trainStored, weightsIn } from './stored.ts';

const SEED = 3;
const SPEC = { steps: 2, batch: 8, learningRate: 0.1, momentum: 0.9 };
const PROBE = { steps: 2, batch: 8, learningRate: 0.5, cached: true, whose: 'teacher', pretraining: SPEC } as const;
const ID = 'a'.repeat(64);
/** Images that are looked at in two batches: of 500, and of what is left. */
const TWO_BATCHES = 501;
/** Batches from one end to the next: odd, so that looks are left in their midst too. */
const APART = { regression: 5, probe: 3 };

/** Of the trained student, of the untrained one, and of the images: what is looked at for them are training and test images. */
const meanFeature: Measurement<unknown> = {
  name: 'mean-feature',
  version: 1,
  schema: z.strictObject({}),
  smoke: () => ({}),
  makes: () => [],
  measure: async (_, { features }) =>
    Promise.all(
      (['student', 'untrained', 'pixels'] as const).map(async (of, i) => {
        const { data, shape } = await features(of, i === 0 ? 'bank' : 'test', TWO_BATCHES);
        const value = Array.from(data).reduce((sum, one) => sum + one, 0) / data.length;
        const name = `mean-${of}`;
        return { name, title: name, whose: 'none', split: 'test', rule: 'last', value, unit: '', n: shape[0]! };
      }),
    ),
  // Every second step, and so before the first and after the last.
  whileTraining: () => ({
    every: 2,
    series: [SEEN],
    look: async ({ features }) => {
      const { data } = await features('student', 'held-out');
      return { [seriesKey(SEEN)]: Array.from(data).reduce((sum, one) => sum + one, 0) / data.length };
    },
  }),
};
const SEEN = { name: 'seen', title: 'seen', whose: 'student', unit: '', summed: 'last' } as const;

let data: RunData;
let folder: string;
let runs: { readonly [name: string]: Omit<LoopRun, 'testPoints'> };

beforeAll(async () => {
  await tf.setBackend('cpu');
  data = await prepareData(
    { dataSet: fashionMnist, data: { source: 'fashion-mnist', images: 'embedded', labelled: 'all', heldOut: 9000 } },
    seeds(SEED).split,
  );
  const heldOut = data.split.heldOut.slice(0, TWO_BATCHES);
  data = { ...data, test: { ...data.test, count: TWO_BATCHES }, split: { ...data.split, heldOut } };
  folder = mkdtempSync(join(tmpdir(), 'looks-'));
  const measurings = [{ name: 'mean', measurement: meanFeature, spec: {} }];
  const regression = { seed: SEED, bound: bound(softmaxRegression, SPEC), data, measurings };
  const source = { folder: join(folder, 'regression'), identity: ID, bound: regression.bound, seed: SEED };
  runs = {
    regression,
    probe: { seed: SEED, bound: bound(linearProbe, PROBE), data, from: () => weightsIn(source, 'last') },
  };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A sitting of a run, which the user ends after so many batches of images that are looked at. */
async function sitting(
  name: string,
  where: string,
  stopAfter: number,
): Promise<{ readonly outcome: LoopOutcome; readonly looked: readonly string[] }> {
  const looked: string[] = [];
  const outcome = await trainStored(
    runs[name]!,
    { folder: join(folder, where), identity: ID },
    {
      interrupted: () => looked.length >= stopAfter,
      onLook: (done, total) => looked.push(`${done} of ${total}`),
    },
  );
  return { outcome, looked };
}

describe.each(['regression', 'probe'] as const)('looks at images of a run, a %s, that the user ends', (name) => {
  test('are left after a batch; the run is saved, looks again, and ends with the bits of one that was left alone', async () => {
    const whole = await sitting(name, name, Infinity);
    expect(whole.outcome.complete).toBe(true);
    const before = tf.memory().numTensors;
    const left = new Set<number>();
    for (let stopAfter = whole.looked.length - 1; stopAfter >= 0; stopAfter -= APART[name]) {
      const where = `${name}-${stopAfter}`;
      const first = await sitting(name, where, stopAfter);
      expect(first.looked).toEqual(whole.looked.slice(0, stopAfter));
      expect(first.outcome).toMatchObject({ complete: false, measures: [] });
      left.add(first.outcome.done);
      const second = await sitting(name, where, Infinity);
      expect(second.outcome).toMatchObject({
        complete: true,
        weights: whole.outcome.weights,
        lines: whole.outcome.lines,
        measures: whole.outcome.measures,
      });
      const metrics = (at: string): string => readFileSync(join(folder, at, 'metrics.jsonl'), 'utf8');
      expect(metrics(where)).toBe(metrics(name));
    }
    // It was left before its first step, between steps, and after the last.
    expect([...left].toSorted()).toEqual([0, 1, 2]);
    expect(tf.memory().numTensors).toBe(before);
  });
});
