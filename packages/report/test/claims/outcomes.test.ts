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

  it('is given before the pairs are there to which it was extended', () => {
    const sure = { ...PILOT, sts: PILOT['tma']!.map((value, i) => value + 3 + i / 10) };
    const until = (pairs: number) =>
      Object.fromEntries(Object.entries(sure).map(([arm, values]) => [arm, values.slice(0, pairs)]));
    for (const pairs of [5, 6, 7])
      expect(one({ pairs: 5, extendedTo: { small: 8 }, gates: [] }, runsOf(until(pairs))).text).toMatch(new RegExp(`^undecided: ${pairs} of 8 planned pairs`)); // prettier-ignore
    expect(one({ pairs: 5, extendedTo: { small: 8 }, gates: [] }, runsOf(sure)).text).toBe('supported');
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

  it('of a number that must be above another open where no interval has it', () => {
    const above = (than: number, of: object = {}): Gate => ({
      kind: 'above',
      title: 'above',
      arms: ['tma'],
      than,
      ...of,
    });
    const results = [86.9, 87, 87.1].map((value, i) =>
      ran('tma', i + 1, value, [measure('robust-accuracy', 20 + i, 'student')]),
    );
    expect(gated(above(86.7), results)).toMatchObject({ state: 'open', text: 'TMA 87.00 [86.75, 87.25] for 86.7' });
    expect(gated(above(86.8), results)).toMatchObject({ state: 'closed' });
    const robust = { metric: 'robust-accuracy', whose: 'student' };
    expect(gated(above(10, robust), results).text).toBe('TMA 21.00 [18.52, 23.48] for 10');
    expect(gated(above(10, { ...robust, whose: 'teacher' }), results)).toMatchObject({ state: 'unknown' });
    expect(gated(above(10, { arms: ['tma', 'sts'] }), results)).toMatchObject({ state: 'unknown' });
  });

  it('of a number that no run, or hardly one, may exceed', () => {
    const most = (of: object = {}): Gate =>
      ({ kind: 'at-most', title: 'at most', arms: ['tma', 'sts'], metric: 'signs', most: 0, except: 0, ...of }) as Gate;
    const results = ['tma', 'sts'].flatMap((arm) =>
      [0, 0, arm === 'sts' ? 2 : 0].map((signs, i) => ran(arm, i + 1, 60, [measure('signs', signs, 'teacher')])),
    );
    expect(gated(most(), results)).toMatchObject({ state: 'closed', text: '1 of 6 runs above 0' });
    expect(gated(most({ arms: ['tma'] }), results)).toMatchObject({ state: 'open', text: '0 of 3 runs above 0' });
    expect(gated(most({ except: 0.2 }), results)).toMatchObject({
      state: 'open',
      text: '1 of 6 runs above 0, 1 may be',
    });
    expect(gated(most({ except: 0.1 }), results)).toMatchObject({ state: 'closed' });
    expect(gated(most({ whose: 'student' }), results)).toMatchObject({ state: 'unknown', text: 'TMA, STS: not run' });
  });
});

describe('teacher and student of the same runs', () => {
  const robust = (value: number, whose: Measure['whose']): Measure => ({
    name: 'robust-accuracy',
    title: 'robust accuracy',
    whose,
    split: 'test',
    rule: 'last',
    value,
    unit: '%',
    n: 500,
  });
  const TEACHER = [40, 42, 41, 44];
  const STUDENT = [38.5, 40, 40, 42];
  const results = TEACHER.map((value, i) =>
    ran('tma', i + 1, 60 + i, [robust(value, 'teacher'), robust(STUDENT[i]!, 'student')]),
  );
  const same = { arm: 'tma', over: 'tma', metric: 'robust-accuracy', whose: 'teacher', overWhose: 'student' } as const;
  const held = claim({ compare: same, gates: [], pairs: 4, smallestEffect: 1 });

  it('are paired by seed', () => {
    const [outcome] = outcomes(claiming(4, { held }), results);
    expect(outcome!.paired.differences.values).toEqual([1.5, 2, 1, 2]);
    expect(outcome!.paired.on).toHaveLength(4);
    expect(outcome!.text).toBe('supported');
    // Student's t of three degrees of freedom in closed form, of x = t/√3.
    const x = 1.625 / (Math.sqrt(0.6875 / 3) / 2) / Math.sqrt(3);
    expect(outcome!.decision.p).toBeCloseTo(1 - (2 / Math.PI) * (x / (1 + x * x) + Math.atan(x)), 10);
    const [other] = outcomes(
      claiming(4, { held: { ...held, compare: { ...same, whose: 'student', overWhose: 'teacher' } } }),
      results,
    );
    expect(other!.paired.differences.values).toEqual([-1.5, -2, -1, -2]);
  });

  it('are not held against each other where one of them was not measured', () => {
    const [none] = outcomes(claiming(4, { held: { ...held, compare: { ...same, metric: 'accuracy' } } }), results);
    expect(none!.verdict).toBe('not run');
  });
});
