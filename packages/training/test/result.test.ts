import { describe, expect, test } from 'vitest';
import { cadenceOf } from '../src/run/cadence.ts';
import type { LoopOutcome } from '../src/run/loop.ts';
import { scoresOf } from '../src/run/scores.ts';
import { resultOf } from '../src/run/result.ts';
import { addTo, EMPTY_WINDOW, means, type Metered } from '../src/run/window.ts';
import { softmaxRegression } from './softmax-regression.ts';
import type { MetricsLine, RunSpec } from '@spatial-ensemble/record';

const SPEC = { steps: 100, batch: 8, learningRate: 0.1, momentum: 0.9 };

describe('cadence', () => {
  const points = (steps: number, times: number): number[] =>
    Array.from({ length: steps }, (_, i) => i + 1).filter((done) => cadenceOf(steps).isTestPoint(done, times));

  test('the test set is evaluated after the last step, or at the last 20 of 1,024 checkpoints', () => {
    expect(points(700, 1)).toEqual([700]);
    expect(points(2 ** 14, 20)).toEqual(Array.from({ length: 20 }, (_, i) => 2 ** 14 - 16 * (19 - i)));
    expect(points(30, 20)).toEqual(Array.from({ length: 20 }, (_, i) => 11 + i));
    expect(points(6, 20)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('a short run writes after every step', () => {
    expect(cadenceOf(6)).toMatchObject({ metrics: 1, curve: 1, checkpoint: 1 });
    expect(cadenceOf(1000)).toMatchObject({ metrics: 5, curve: 25, checkpoint: 100 });
  });
});

test('a window gives means, and nothing before its first step', () => {
  const ofStep = (a: number, b: number): Metered[] => [
    { name: 'a', sum: a },
    { name: 'b', sum: b },
  ];
  expect(means(addTo(addTo(EMPTY_WINDOW, ofStep(1, 10)), ofStep(3, 30)))).toEqual({ a: 2, b: 20 });
  expect(means(EMPTY_WINDOW)).toEqual({});
});

test('a share over several steps is one of all that was counted; where nothing was, it has none', () => {
  const right = (sum: number, count: number): Metered[] => [{ name: 'right', sum, count }];
  const window = [right(3, 3), right(0, 0), right(1, 2)].reduce(addTo, EMPTY_WINDOW);
  expect(means(window)).toEqual({ right: 4 / 5 });
  expect(means([right(3, 3), right(0, 0)].reduce(addTo, EMPTY_WINDOW))).toEqual({ right: 1 });
  expect(means(addTo(EMPTY_WINDOW, right(0, 0)))).toEqual({});
});

describe('a result', () => {
  const RUN: RunSpec = {
    study: 'tiny',
    tier: 'small',
    arm: 'slow',
    method: { name: 'm', version: 1 },
    spec: {},
    seed: 1,
    data: { declared: {}, manifests: [] },
    arithmetic: {
      engine: 'tensorflow 2.21.0',
      precision: 'float32',
      device: 'cpu',
      instructionSet: 'avx2',
      threads: { intra: 2, inter: 2 },
      xla: false,
      deterministic: true,
    },
  };
  const tests = (values: readonly number[]) =>
    values.map((value, i) => ({
      kind: 'test' as const,
      step: 81 + i,
      teacherAccuracy: value,
      studentAccuracy: value - 1,
    }));
  const outcome = (lines: LoopOutcome['lines'], done = 100): LoopOutcome => ({
    done,
    steps: 100,
    lines,
    scores: scoresOf(softmaxRegression as never, SPEC),
    best: false,
    measures: [],
    weights: 'c'.repeat(64),
    stepMs: 1,
    waitShare: 0,
  });
  const measured = (result: ReturnType<typeof resultOf>) =>
    result.measures.map(({ network, rule, value }) => [network, rule, value]);

  test('last, and the median of the last 20', () => {
    const values = [...Array(10).fill(10), ...Array(9).fill(30), 70];
    expect(measured(resultOf(RUN, outcome(tests(values)), [], 500))).toEqual([
      ['teacher', 'last', 70],
      ['teacher', 'median-last-20', 20],
      ['student', 'last', 69],
      ['student', 'median-last-20', 19],
    ]);
    expect(measured(resultOf(RUN, outcome(tests([70])), [], 500))).toEqual([
      ['teacher', 'last', 70],
      ['student', 'last', 69],
    ]);
  });

  test('the best, by the first score, beside the last, for a recipe that reports it', () => {
    const values = [...Array(20).fill(10), 30, 20];
    const lines = tests(values).map((line, i) => ({ ...line, studentAccuracy: i }));
    expect(measured(resultOf(RUN, { ...outcome(lines), best: true }, [], 500))).toEqual([
      ['teacher', 'last', 20],
      ['teacher', 'best-on-test', 30],
      ['student', 'last', 21],
      ['student', 'best-on-test', 20],
    ]);
  });

  test('one that was cut short measures nothing on the test set', () => {
    const result = resultOf(RUN, outcome(tests([70]), 81), [], 500);
    expect(result).toMatchObject({ status: 'partial', steps: { done: 81, total: 100 }, measures: [] });
  });

  test('evidence is of the last tenth; lines count by their steps', () => {
    const train = (step: number, count: number, maskRate: number) => ({
      kind: 'train' as const,
      step,
      count,
      maskRate,
      preserveRate: maskRate,
    });
    const { evidence } = resultOf(
      RUN,
      outcome([train(50, 50, 0), train(90, 40, 0), train(92, 2, 1), train(100, 8, 0.5)]),
      [],
      500,
      { effectiveMomentum: 0.9, meanAge: 9 },
    );
    expect(evidence).toEqual({
      effectiveMomentum: 0.9,
      meanAge: 9,
      preserveRate: (2 + 4) / 100,
      maskRate: 60,
      weights: 'c'.repeat(64),
    });
  });

  test('evidence of a share counts what the share is of, not steps or lines', () => {
    const train = (step: number, given: Partial<MetricsLine>) => ({ kind: 'train' as const, step, count: 5, ...given });
    const lines = [
      // 3 of 3 right, then none was accepted: all that were accepted are right.
      train(95, { acceptedAccuracy: 1, counts: { acceptedAccuracy: 3 } }),
      train(100, { counts: { acceptedAccuracy: 0 } }),
      { kind: 'curve' as const, step: 95, teacherAccuracy: 50 },
      { kind: 'curve' as const, step: 100, teacherAccuracy: 60 },
    ];
    const { evidence, curve } = resultOf(RUN, outcome(lines), [], 500);
    expect(evidence.pseudoLabelAccuracy).toBe(100);
    expect(curve).toEqual([
      { step: 95, teacherAccuracy: 50, pseudoLabelAccuracy: 100 },
      { step: 100, teacherAccuracy: 60 },
    ]);
    const uneven = [
      train(95, { acceptedAccuracy: 1, counts: { acceptedAccuracy: 1 } }),
      train(100, { acceptedAccuracy: 0.5, counts: { acceptedAccuracy: 4 } }),
    ];
    expect(resultOf(RUN, outcome(uneven), [], 500).evidence.pseudoLabelAccuracy).toBe(60);
  });
});
