import { describe, expect, test } from 'vitest';
import { cadenceOf } from '../src/run/cadence.ts';
import type { LoopOutcome } from '../src/run/loop.ts';
import { bound } from '../src/bound.ts';
import { resultOf } from '../src/run/result.ts';
import { softmaxRegression } from './softmax-regression.ts';
import type { MetricDeclarations, MetricsLine, RunSpec, TrainedLine } from '@spatial-ensemble/record';
import { ON_AVX2 } from '../../record/test/arithmetic.ts';

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
    expect(cadenceOf(6)).toMatchObject({ metrics: 1, points: 1, checkpoint: 1 });
    expect(cadenceOf(1000)).toMatchObject({ metrics: 5, points: 25, checkpoint: 100 });
  });
});

describe('a result', () => {
  const RUN: RunSpec = {
    method: { name: 'm', version: 1 },
    spec: {},
    seeds: { split: 1, weights: 1, training: 1 },
    testPoints: 1,
    data: { declared: {}, manifests: [] },
    arithmetic: ON_AVX2,
  };
  const tests = (values: readonly number[]) =>
    values.map((value, i) => ({
      kind: 'test' as const,
      step: 81 + i,
      values: { 'accuracy teacher': value, 'accuracy student': value - 1 },
    }));
  const outcome = (lines: LoopOutcome['lines'], done = 100): LoopOutcome => ({
    done,
    steps: 100,
    complete: done === 100,
    lines,
    metrics: {},
    scores: bound(softmaxRegression, SPEC).scores,
    best: false,
    looked: [],
    measures: [],
    weights: 'c'.repeat(64),
    code: [],
    stepMs: 1,
    waitShare: 0,
  });
  const measured = (result: ReturnType<typeof resultOf>) =>
    result.measures.map(({ whose, rule, value }) => [whose, rule, value]);

  test('has a series of what measurements looked at while it trained', () => {
    const seen = { name: 'knn-held-out', title: 'neighbours', unit: '%', summed: 'last' } as const;
    const looked = (['student', 'teacher'] as const).map((whose) => ({ ...seen, whose }));
    const lines = [0, 50, 100].map((step) => ({
      kind: 'measured' as const,
      step,
      values: { 'knn-held-out student': step / 2, 'knn-held-out teacher': 10 + step / 2 },
    }));
    const { series } = resultOf(RUN, { ...outcome(lines), looked }, { splits: [], tested: 10 });
    expect(series).toEqual([
      { ...looked[0], points: [[0, 0], [50, 25], [100, 50]] }, // prettier-ignore
      { ...looked[1], points: [[0, 10], [50, 35], [100, 60]] }, // prettier-ignore
    ]);
  });

  test('last, and the median of the last 20', () => {
    const values = [...Array(10).fill(10), ...Array(9).fill(30), 70];
    expect(measured(resultOf(RUN, outcome(tests(values)), { splits: [], tested: 500 }))).toEqual([
      ['teacher', 'last', 70],
      ['teacher', 'median-last-20', 20],
      ['student', 'last', 69],
      ['student', 'median-last-20', 19],
    ]);
    expect(measured(resultOf(RUN, outcome(tests([70])), { splits: [], tested: 500 }))).toEqual([
      ['teacher', 'last', 70],
      ['student', 'last', 69],
    ]);
  });

  test('the best, by the first score, beside the last, for a recipe that reports it', () => {
    const values = [...Array(20).fill(10), 30, 20];
    const lines = tests(values).map((line, i) => ({ ...line, values: { ...line.values, 'accuracy student': i } }));
    expect(measured(resultOf(RUN, { ...outcome(lines), best: true }, { splits: [], tested: 500 }))).toEqual([
      ['teacher', 'last', 20],
      ['teacher', 'best-on-test', 30],
      ['student', 'last', 21],
      ['student', 'best-on-test', 20],
    ]);
  });

  test('one that was cut short measures nothing on the test set', () => {
    const result = resultOf(RUN, outcome(tests([70]), 81), { splits: [], tested: 500 });
    expect(result).toMatchObject({ status: 'partial', steps: { done: 81, total: 100 }, measures: [] });
  });

  test('one that was left in a look after its last step is partial', () => {
    const result = resultOf(RUN, { ...outcome(tests([70])), complete: false }, { splits: [], tested: 500 });
    expect(result).toMatchObject({ status: 'partial', steps: { done: 100, total: 100 }, measures: [] });
  });

  const METRICS = {
    kept: { title: 'units kept', unit: '', whose: 'teacher', summed: 'mean', evidence: 'all' },
    above: {
      title: 'above',
      meaning: 'the threshold',
      unit: '%',
      whose: 'none',
      summed: 'mean',
      evidence: 'last-tenth',
    },
    right: { title: 'right', unit: '%', whose: 'none', summed: 'share', evidence: 'last-tenth' },
    queue: { title: 'queue', unit: '', whose: 'none', summed: 'last' },
    never: { title: 'never', unit: '', whose: 'none', summed: 'mean', evidence: 'all' },
  } as const satisfies MetricDeclarations;
  const train = (
    step: number,
    count: number,
    values: TrainedLine['values'],
    counts: TrainedLine['counts'] = {},
  ): TrainedLine => ({ kind: 'train', step, count, values, counts });
  const shown = (lines: readonly MetricsLine[], steps = 100) =>
    resultOf(RUN, { ...outcome(lines, steps), steps, metrics: METRICS }, { splits: [], tested: 500 });
  const evidence = (lines: readonly MetricsLine[]) =>
    shown(lines).evidence.map(({ name, over, value }) => [name, over, value]);

  test('evidence is over what its declaration says; lines count by their steps', () => {
    const both = (share: number) => ({ kept: share, above: share });
    const lines = [train(50, 50, both(0)), train(90, 40, both(0)), train(92, 2, both(1)), train(100, 8, both(0.5))];
    expect(evidence(lines)).toEqual([
      ['kept', 'all', (2 + 4) / 100],
      ['above', 'last-tenth', 60],
    ]);
    expect(shown(lines).evidence[1]).toMatchObject({ title: 'above', meaning: 'the threshold', unit: '%' });
    const schedule = { name: 'age', title: 'age', unit: 'steps', over: 'schedule', value: 9 } as const;
    expect(resultOf(RUN, outcome([]), { splits: [], tested: 500 }, [schedule]).evidence).toEqual([schedule]);
  });

  test('evidence of a share counts what the share is of, not steps or lines', () => {
    // 3 of 3 right, then none was accepted: all that were accepted are right.
    expect(evidence([train(95, 5, { right: 1 }, { right: 3 }), train(100, 5, {}, { right: 0 })])).toEqual([
      ['right', 'last-tenth', 100],
    ]);
    expect(evidence([train(95, 5, { right: 1 }, { right: 1 }), train(100, 5, { right: 0.5 }, { right: 4 })])).toEqual([
      ['right', 'last-tenth', 60],
    ]);
  });

  describe('holds series', () => {
    // 1,000 steps: a line every 5, a point every 25.
    const line = (step: number) =>
      step === 5
        ? train(step, 5, { kept: step, queue: step, right: 1 }, { right: 3 })
        : train(step, 5, { kept: step, queue: step }, { right: 0 });
    const lines = Array.from({ length: 200 }, (_, i) => line(5 * (i + 1)));
    const series = (name: string) => shown(lines, 1000).series.find((one) => one.name === name)!;

    test('with a point at every multiple of one spacing, which covers all steps since the one before', () => {
      const { points, ...declared } = series('kept');
      expect(declared).toEqual({ name: 'kept', title: 'units kept', unit: '', whose: 'teacher', summed: 'mean' });
      expect(points.map(([step]) => step)).toEqual(Array.from({ length: 40 }, (_, i) => 25 * (i + 1)));
      expect(points.slice(0, 2)).toEqual([[25, 15], [50, 40]]); // prettier-ignore
    });

    test('of what is there at the last step, and of shares where there is something to share', () => {
      expect(series('queue').points.slice(0, 2)).toEqual([[25, 25], [50, 50]]); // prettier-ignore
      expect(series('right').points).toEqual([[25, 100]]);
    });

    test('to the last step, though it be no multiple; not to one where a run was left', () => {
      expect(shown(lines.slice(0, 4), 1000).series).toEqual([]);
      const steps = (length: number): number[] => {
        const { metrics, points } = cadenceOf(length);
        const all = Array.from({ length: Math.ceil(length / metrics) }, (_, i) =>
          line(Math.min(length, metrics * (i + 1))),
        );
        const found = shown(all, length)
          .series.find((one) => one.name === 'kept')!
          .points.map(([step]) => step);
        expect(found.slice(0, -1).every((step) => step % points === 0)).toBe(true);
        return found;
      };
      for (const length of [1, 7, 23, 60, 700, 1500, 2500]) {
        expect(steps(length).at(-1)).toBe(length);
        expect(steps(length).length).toBeLessThanOrEqual(60);
        expect(steps(length).length).toBeGreaterThanOrEqual(Math.min(length, 30));
      }
    });

    test('of both networks on held-out images, from before the first step on', () => {
      const look = (step: number, teacher: number): MetricsLine => ({
        kind: 'held-out',
        step,
        values: { 'heldOutAccuracy student': teacher / 2, 'heldOutAccuracy teacher': teacher },
      });
      const found = shown([look(0, 10), look(25, 40), ...lines.slice(0, 5), ...tests([1])], 1000).series;
      expect(found.slice(0, 2).map(({ name, whose, unit, points }) => [name, whose, unit, points])).toEqual([
        ['heldOutAccuracy', 'student', '%', [[0, 5], [25, 20]]],
        ['heldOutAccuracy', 'teacher', '%', [[0, 10], [25, 40]]],
      ]); // prettier-ignore
    });
  });
});
