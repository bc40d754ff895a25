import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { useTensorFlow } from '@spatial-ensemble/engine';
import type { MetricDeclarations, Series } from '@spatial-ensemble/record';
import { buildReport } from '@spatial-ensemble/report';
import { readResults } from '@spatial-ensemble/store';
import { defineExperiment } from '@spatial-ensemble/study';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { clothes } from '../../training/test/clothes.ts';
import { changed, softmaxRegression, type Regression } from '../../training/test/softmax-regression.ts';
import { runExperiment } from '../src/run-experiment.ts';
import { CPU, quietly } from './quietly.ts';
import { SMALL } from './studies.ts';

// A method that shows what no package knows: all of it stands in its declaration and in its step.

const METRICS = {
  ...softmaxRegression.metrics,
  wobble: {
    title: 'wobble',
    meaning: 'how far it wobbles',
    unit: 'mm',
    whose: 'student',
    summed: 'mean',
    evidence: 'all',
  },
  halves: { title: 'halves', unit: '%', whose: 'teacher', summed: 'share' },
  rate: { title: 'rate', unit: '', whose: 'none', summed: 'last' },
} as const satisfies MetricDeclarations;

const wobbling: Regression = {
  ...softmaxRegression,
  name: 'wobbling',
  metrics: METRICS,
  bind: changed(softmaxRegression, ({ step }) => ({
    step(...given: Parameters<typeof step>) {
      const [next, { loss }] = step(...given);
      const rate = given[2].scalars.learningRate;
      const halves = { sum: tf.onesLike(rate), count: tf.mul(tf.onesLike(rate), 2) };
      return [next, { loss, wobble: tf.mul(rate, 1000), halves, rate }];
    },
  })).bind,
};

const STEPS = 60;
const EXPERIMENT = defineExperiment(
  wobbling,
  {
    name: 'wobbling',
    title: 'It wobbles',
    ...SMALL,
    spec: { ...SMALL.spec, steps: STEPS },
    arms: { only: { title: 'only' } },
  },
  { dataSets: [clothes] },
);

let folder: string;
beforeAll(async () => {
  await useTensorFlow();
  folder = mkdtempSync(join(tmpdir(), 'own-metric-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a metric of a method’s own is in the result and in the report, by its declaration alone', async () => {
  const { plan } = await runExperiment({
    experiment: EXPERIMENT,
    selection: {},
    machine: CPU,
    session: quietly(folder),
  });
  const results = await readResults(folder);
  const { series, evidence } = results[0]!.result;
  const named = (name: string): Series => series.find((one) => one.name === name)!;

  // Points lie every two steps; the rate of step k, counted from 0, is 0.1 / (1 + k / 10).
  const rate = (step: number): number => 0.1 / (1 + step / 10);
  const { points, ...declared } = named('wobble');
  const { evidence: _, ...declaration } = METRICS.wobble;
  expect(declared).toEqual({ name: 'wobble', ...declaration });
  expect(points.map(([step]) => step)).toEqual(Array.from({ length: STEPS / 2 }, (_, i) => 2 * (i + 1)));
  for (const [step, value] of points) expect(value).toBeCloseTo(500 * (rate(step - 2) + rate(step - 1)), 3);
  for (const [step, value] of named('rate').points) expect(value).toBeCloseTo(rate(step - 1), 6);
  expect(new Set(named('halves').points.map(([, value]) => value))).toEqual(new Set([50]));
  const mean = Array.from({ length: STEPS }, (_, k) => 1000 * rate(k)).reduce((sum, one) => sum + one, 0) / STEPS;
  expect(evidence).toMatchObject([{ name: 'wobble', title: 'wobble', unit: 'mm', over: 'all' }]);
  expect(evidence[0]!.value).toBeCloseTo(mean, 3);
  // Held-out images were looked at after the same steps, and before the first.
  const looked = series.filter(({ name }) => name === 'heldOutAccuracy');
  expect(looked.map(({ whose }) => whose)).toEqual(['student', 'teacher']);
  for (const one of looked) expect(one.points.map(([step]) => step)).toEqual([0, ...points.map(([step]) => step)]);

  const files = await buildReport(results, plan, join(folder, 'report'));
  expect(files.get('training-small.svg')).toMatch(/>Wobble<.*>how far it wobbles</s);
  expect(files.get('training-small.svg')).toContain('>wobble (mm)<');
  expect(files.get('teacher-student-small.svg')).toContain('>Halves<');
  expect(files.get('index.md')).toMatch(/\| arm +\| +steps \| +wobble \(mm\) \|/);
  expect(files.get('index.md')).toContain('Wobble: how far it wobbles; over all steps.');
  expect(files.get('table.csv')).toMatch(/,wobble,/);
});
