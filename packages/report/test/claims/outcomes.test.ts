import type { Claim, Gate, Measure, Plan, StoredResult } from '@spatial-ensemble/record';
import { describe, expect, it } from 'vitest';

import { outcomesOf, type Outcome } from '../../src/claims/outcomes.ts';
import { runStates } from '../../src/pairing.ts';
import { sections } from '../../src/rows.ts';
import { claim, claiming, PILOT, ran, runsOf } from './claiming.ts';

const outcomes = (of: Plan, results: readonly StoredResult[], tier = 'small'): Outcome[] => {
  const section = sections(of, runStates(of, results)).find((one) => one.tier === tier);
  return outcomesOf(of, section!);
};
const one = (changes: Partial<Claim>, results: readonly StoredResult[], seeds = 8): Outcome =>
  outcomes(claiming(seeds, { better: claim(changes) }), results)[0]!;

describe('the pilot of eight splits', () => {
  const claims = {
    effective: claim({ compare: { arm: 'sts', over: 'tma-effective' } }),
    better: claim(),
  };
  const [effective, better] = outcomes(claiming(8, claims), runsOf(PILOT));

  it('opens the gate: TMA − none is +1.15 ± .99', () => {
    expect(better!.gates).toEqual([
      {
        name: 'smoothing',
        title: 'smoothing matters',
        state: 'open',
        text: 'TMA − none: the student teaches itself +1.15 [+0.16, +2.14], n = 8',
      },
    ]);
  });

  it('decides neither claim, and says what it would take', () => {
    expect(effective!.paired.differences.mean).toBeCloseTo(0.2125, 4);
    expect(effective!.paired.differences.standardDeviation).toBeCloseTo(0.41, 2);
    expect(better!.paired.differences.standardDeviation).toBeCloseTo(2.42, 2);
    expect(effective!.text).toBe('undecided: 10 pairs would show a difference of 0.5');
    expect(better!.text).toMatch(/^undecided: 2\d\d pairs would show a difference of 0\.5$/);
  });

  it('is not informative with five splits of it, where the gate is closed', () => {
    const five = Object.fromEntries(Object.entries(PILOT).map(([arm, values]) => [arm, values.slice(0, 5)]));
    expect(one({ pairs: 5 }, runsOf(five), 5)).toMatchObject({
      verdict: 'not informative',
      text: 'not informative: smoothing matters was not shown',
      gates: [{ state: 'closed' }],
    });
  });
});

describe('pairs', () => {
  it('are of the seeds that both arms have complete as declared', () => {
    const results = runsOf({ ...PILOT, sts: PILOT['sts']!.slice(0, 3) });
    expect(one({}, results).paired.differences.seeds).toEqual([1, 2, 3]);
  });

  it('leave out runs that were continued on another machine', () => {
    const continued = (precision: 'float32' | 'tf32') =>
      runsOf(PILOT).map((stored) => {
        const { run, identity } = stored.result;
        if (run.spec['teacher'] !== 'sts' || run.seeds.training !== 3) return stored;
        const segments = [{ run: identity, until: 500, arithmetic: { ...run.arithmetic, precision } }];
        return { ...stored, result: { ...stored.result, run: { ...run, segments } } };
      });
    expect(one({}, continued('float32')).paired.differences.seeds).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(one({}, continued('tf32')).paired.differences.seeds).toEqual([1, 2, 4, 5, 6, 7, 8]);
  });
});

describe('no verdict', () => {
  it('is given before the planned pairs are there', () => {
    const sure = { ...PILOT, sts: PILOT['tma']!.map((value, i) => value + 3 + i / 10) };
    expect(one({}, runsOf(sure)).text).toBe('supported');
    expect(one({ pairs: 20 }, runsOf(sure))).toMatchObject({ verdict: 'undecided' });
    expect(one({ pairs: 20 }, runsOf(sure)).text).toMatch(/^undecided: 8 of 20 planned pairs; /);
  });

  it('is given of what was not run, nor of one seed', () => {
    expect(one({}, [])).toMatchObject({ verdict: 'not run', text: 'not run' });
    const first = Object.fromEntries(Object.entries(PILOT).map(([arm, values]) => [arm, values.slice(0, 1)]));
    expect(one({ gates: [] }, runsOf(first))).toMatchObject({ verdict: 'undecided', text: 'undecided: 1 of 8 planned pairs' }); // prettier-ignore
    expect(one({}, runsOf(first)).text).toBe('not informative: smoothing matters is not known');
  });

  it('is asked at the tier smoke, unless it is named', () => {
    const of = claiming(1, { better: claim() });
    const smoke = { ...of, runs: of.runs.map((run) => ({ ...run, tier: 'smoke' as const })) };
    expect(outcomes(smoke, [], 'smoke')).toEqual([]);
  });
});

describe('a small difference', () => {
  it('that is there all the same is called small', () => {
    const near = PILOT['tma']!.map((value, i) => value + 0.2 + (i % 2 === 0 ? 0.02 : -0.02));
    expect(one({}, runsOf({ ...PILOT, sts: near })).text).toBe('supported, by less than 0.5');
    const same = PILOT['tma']!.map((value, i) => value + (i % 2 === 0 ? 0.05 : -0.05));
    expect(one({}, runsOf({ ...PILOT, sts: same })).text).toBe('equivalent within ±0.5');
  });
});

describe('a claim is exploratory', () => {
  it('where results of its section were there when it was declared as it is', () => {
    const results = runsOf(PILOT);
    const of = claiming(8, { better: claim() });
    const id = results[0]!.result.identity;
    const known = {
      ...of,
      runs: of.runs.map((run) =>
        run.tier === 'small' && run.arm === 'none' && run.seed === 1 ? { ...run, identities: [id] } : run,
      ),
    };
    const since = (after: readonly string[]): Plan => {
      const { hash, ...rest } = of.declared;
      return { ...known, declared: { hash, ...rest, claims: { better: { ...of.declared.claims!['better']!, after: [...after] } } } }; // prettier-ignore
    };
    expect(outcomes(since([]), results)[0]!.exploratory).toBe(false);
    expect(outcomes(since([id]), results)[0]!.exploratory).toBe(true);
    // Of another study or tier.
    expect(outcomes(since(['f'.repeat(64)]), results)[0]!.exploratory).toBe(false);
  });
});

describe('gates', () => {
  const gated = (gate: Gate, results: readonly StoredResult[]) =>
    outcomes(claiming(3, { better: claim({ gates: ['it'] }) }, { gates: { it: gate } }), results)[0]!.gates[0]!;
  const measure = (name: string, value: number, whose: Measure['whose']): Measure => ({
    name,
    title: name,
    whose,
    split: 'test',
    rule: 'last',
    value,
    unit: '%',
    n: 100,
  });
  const features = (knn: readonly number[], pixels: number): StoredResult[] =>
    knn.map((value, i) =>
      ran('tma', i + 1, 60, [measure('knn', value, 'teacher'), measure('knn-pixels', pixels, 'none')]),
    );
  const gate: Gate = { kind: 'baselines', title: 'features', arms: ['tma'], metric: 'knn', baselines: ['pixels'] };

  it('of features open where each beats its baseline', () => {
    expect(gated(gate, features([85, 86, 85.5], 82))).toMatchObject({ state: 'open' });
    expect(gated(gate, features([80, 81, 83], 82))).toMatchObject({ state: 'closed' });
    expect(gated(gate, features([85, 86, 85.5], 82)).text).toBe('TMA over knn-pixels +3.50 [+2.26, +4.74], n = 3');
  });

  it('are not known where a baseline was not measured', () => {
    const both = { ...gate, baselines: ['pixels', 'pca'] } as Gate;
    expect(gated(both, features([85, 86, 85.5], 82))).toMatchObject({
      state: 'unknown',
      text: expect.stringMatching(/TMA over knn-pca: not measured/),
    });
  });

  it('of a published anchor open where it is met', () => {
    const anchor = (expected: number): Gate => ({
      kind: 'anchor',
      title: 'anchor',
      arm: 'tma',
      expected,
      tolerance: { value: 0.5, source: 'a README' },
      source: 'a README',
    });
    const results = [86.9, 87, 87.1].map((value, i) => ran('tma', i + 1, value));
    expect(gated(anchor(86.9), results)).toMatchObject({ state: 'open' });
    expect(gated(anchor(87.5), results)).toMatchObject({ state: 'closed' });
    // Without a tolerance the number itself must lie below the interval.
    const { tolerance: _, ...exact } = anchor(86.7) as Extract<Gate, { kind: 'anchor' }>;
    expect(gated(exact, results)).toMatchObject({ state: 'open', text: 'TMA 87.00 [86.75, 87.25] for 86.7' });
    expect(gated({ ...exact, expected: 86.9 }, results)).toMatchObject({ state: 'closed' });
    expect(gated(anchor(86.9), results.slice(0, 1))).toMatchObject({ state: 'unknown', text: 'TMA: 1 seed only' });
  });
});
