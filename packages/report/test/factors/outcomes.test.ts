import type { Factor } from '@spatial-ensemble/record';
import { describe, expect, it } from 'vitest';

import { type FactorOutcome, factorsOf } from '../../src/factors/outcomes.ts';
import { runStates } from '../../src/pairing.ts';
import { type Section, sections } from '../../src/rows.ts';
import { blockedModel, levelDifference, levelsAlike } from '../../src/statistics/blocked-model.ts';
import { holm } from '../../src/statistics/holm.ts';
import { tInterval } from '../../src/statistics/paired-t.ts';
import { ACCURACIES, factored } from './factoring.ts';

function outcome(changes: Partial<Factor> = {}, accuracies = ACCURACIES, tier = 'small'): FactorOutcome | undefined {
  const { plan, results } = factored(changes, accuracies);
  const section: Section = sections(plan, runStates(plan, results)).find((one) => one.tier === tier)!;
  return factorsOf(plan, section)[0];
}

describe('a factor', () => {
  const { series, seeds } = outcome()!;

  it('is one linear model of all its arms, of which each series is tested, adjusted by Holm', () => {
    const observations = Object.entries(ACCURACIES).flatMap(([level, values]) =>
      values.map((value, block) => ({ block, level, value })),
    );
    const model = blockedModel(observations)!;
    const tests = [levelsAlike(model, ['tma', 'sts', 'se']), levelsAlike(model, ['tma-effective', 'none', 'se'])];
    expect(seeds).toEqual([1, 2, 3, 4, 5, 6]);
    series.forEach(({ test }, i) => {
      expect(test!.f).toBeCloseTo(tests[i]!.f, 9);
      // Five arms over six seeds: (5 − 1) · (6 − 1) are left.
      expect(test!.df).toEqual([2, 20]);
    });
    expect(series.map(({ adjusted }) => adjusted)).toEqual(holm(series.map(({ test }) => test!.p)));
    const { value, interval } = levelDifference(model, 'se', 'tma-effective');
    const found = series[1]!.levels[2]!.estimate!;
    expect(found.value).toBeCloseTo(value, 9);
    found.interval.forEach((end, i) => expect(end).toBeCloseTo(interval[i]!, 9));
  });

  it('has the pairs of each level with the first of its series', () => {
    const differences = ACCURACIES['se']!.map((value, i) => value - ACCURACIES['tma']![i]!);
    const [first, , last] = series[0]!.levels;
    expect(last!.differences.values).toEqual(differences);
    expect(last!.interval).toEqual(tInterval(differences));
    expect(last!.estimate!.value).toBeCloseTo(last!.differences.mean!, 9);
    expect(first).toMatchObject({ interval: null, estimate: null, differences: { mean: 0 } });
  });

  it('rests on the seeds that all its arms have', () => {
    const short = outcome({ seeds: 4 }, { ...ACCURACIES, none: ACCURACIES['none']!.slice(0, 4) })!;
    expect(short.seeds).toEqual([1, 2, 3, 4]);
    expect(short.series[0]!.levels.every(({ sample }) => sample.values.length === 4)).toBe(true);
    expect(short.series[0]!.levels.every(({ on }) => on.length === 4)).toBe(true);
  });

  it('is not asked at the tier smoke', () => {
    const { plan, results } = factored();
    const smoke = { ...plan, runs: plan.runs.map((run) => ({ ...run, tier: 'smoke' as const })) };
    const section = sections(smoke, runStates(smoke, results)).find(({ tier }) => tier === 'smoke')!;
    expect(factorsOf(smoke, section)).toEqual([]);
  });

  it('is exploratory where results of its section were there when it was declared', () => {
    const { plan, results } = factored();
    const section = sections(plan, runStates(plan, results)).find(({ tier }) => tier === 'small')!;
    const since = (after: string[]) =>
      factorsOf({ ...plan, declared: { ...plan.declared, factors: { preserve: { ...plan.declared.factors!['preserve']!, after } } } }, section)[0]!.exploratory; // prettier-ignore
    expect(since([])).toBe(false);
    expect(since([results[0]!.result.identity])).toBe(true);
    expect(since(['f'.repeat(64)])).toBe(false);
  });
});

describe('what is said of a series', () => {
  it('is that it matters, and which level lies furthest', () => {
    expect(outcome()!.series[0]).toMatchObject({
      verdict: 'supported',
      text: expect.stringMatching(/^supported: furthest from 0 is 0\.9, \+2\.24 \[\+1\.\d\d, \+[23]\.\d\d\]$/),
    });
  });

  it('is within what its differences lie, where it is undecided, and that no number of seeds is known that would decide', () => {
    const same = { ...ACCURACIES, se: ACCURACIES['tma']!.map((value, i) => value + (i % 2 === 0 ? 0.1 : -0.1)) };
    const { verdict, text, levels } = outcome({}, same)!.series[0]!;
    expect(verdict).toBe('undecided');
    const ends = levels.flatMap(({ estimate }) => estimate?.interval ?? []).map((end) => Math.abs(end).toFixed(2));
    expect(text).toMatch(
      /^undecided: each difference to 0 lies, at 95 % each, within .*; no smallest effect is declared, so no number of seeds is known that would decide$/,
    );
    expect(ends.filter((end) => text.includes(end)).length).toBeGreaterThanOrEqual(2);
  });

  it('is that there is no model, where all seeds leave nothing over to tell chance by', () => {
    const one = Object.fromEntries(Object.entries(ACCURACIES).map(([arm, values]) => [arm, values.slice(0, 1)]));
    const { plan, results } = factored({}, one);
    // The schema asks for two seeds, of which there is a model.
    const study = { ...plan.study, factors: { preserve: { ...plan.study.factors!['preserve']!, seeds: 1 } } };
    const section = sections(plan, runStates(plan, results)).find(({ tier }) => tier === 'small')!;
    expect(factorsOf({ ...plan, study }, section)[0]!.series[0]).toMatchObject({ verdict: 'undecided', text: 'undecided: no model can be made of these runs' }); // prettier-ignore
  });

  it('is nothing before the planned seeds are there', () => {
    expect(outcome({ seeds: 7 })!.series[0]).toMatchObject({ verdict: 'undecided', text: 'undecided: 6 of 7 planned seeds' }); // prettier-ignore
    const one = Object.fromEntries(Object.entries(ACCURACIES).map(([arm, values]) => [arm, values.slice(0, 1)]));
    expect(outcome({}, one)!.series[0]).toMatchObject({ verdict: 'undecided', text: 'undecided: 1 of 6 planned seeds', test: null, adjusted: null }); // prettier-ignore
    const { se: _, ...without } = ACCURACIES;
    expect(outcome({}, without)!.series[0]).toMatchObject({ verdict: 'not run', text: 'not run: no seed has all its arms' }); // prettier-ignore
  });
});
