import type { Claim } from '@spatial-ensemble/record';
import { describe, expect, it } from 'vitest';

import { type Decision, decisions } from '../../src/claims/decide.ts';
import { pairsNeeded } from '../../src/statistics/pairs-needed.ts';
import { tTest } from '../../src/statistics/paired-t.ts';
import { sampleOf } from '../../src/statistics/sample.ts';
import { claim } from './claiming.ts';

/** Differences around a mean, of sd 1.08 at a scale of 1. */
const around = (mean: number, scale = 1): number[] => [-1.5, -1, -0.5, 0, 0, 0.5, 1, 1.5].map((z) => mean + scale * z);
const asked = (values: readonly number[], changes: Partial<Claim> = {}) => ({
  claim: claim(changes),
  differences: sampleOf(values.map((value, i) => ({ seed: i, value }))),
});
const decided = (values: readonly number[], changes: Partial<Claim> = {}): Decision =>
  decisions([asked(values, changes)])[0]!;

describe('a difference', () => {
  it.each([
    ['greater', 1.5, 'supported'],
    ['greater', -1.5, 'refuted'],
    ['less', -1.5, 'supported'],
    ['less', 1.5, 'refuted'],
    ['two-sided', -1.5, 'supported'],
    ['greater', 0.4, 'undecided'],
    ['greater', 0, 'undecided'],
  ] as const)('claimed %s, of %f ± 1: %s', (kind, mean, verdict) => {
    expect(decided(around(mean), { alternative: { kind } }).verdict).toBe(verdict);
  });

  it('is decided by the two-sided paired t', () => {
    expect(decided(around(1)).p).toBe(tTest(around(1))!.twoSided);
  });

  it('is none of interest where two one-sided tests say so', () => {
    expect(decided(around(0.02, 0.3)).verdict).toBe('equivalent');
    expect(decided(around(0.02, 0.3), { smallestEffect: 0.1 }).verdict).toBe('undecided');
    // That it is there and that it is small can both be shown: it is supported first.
    expect(decided(around(0.2, 0.1))).toMatchObject({ verdict: 'supported' });
    expect(decided(around(0.2, 0.1)).equivalence).toBeLessThan(0.05);
  });
});

describe('a margin', () => {
  it.each([
    ['equivalent', 0, 0.5, 'supported'],
    ['equivalent', 0, 3, 'undecided'],
    ['equivalent', 2, 0.5, 'refuted'],
    ['equivalent', -2, 0.5, 'refuted'],
    ['equivalent', 1.1, 0.5, 'undecided'],
    ['not-worse', 0, 0.5, 'supported'],
    ['not-worse', 3, 0.5, 'supported'],
    ['not-worse', -2, 0.5, 'refuted'],
    ['not-worse', -0.9, 0.5, 'undecided'],
  ] as const)('of 1: %s, of %f ± %f: %s', (kind, mean, scale, verdict) => {
    expect(decided(around(mean, scale), { alternative: { kind, margin: 1 } }).verdict).toBe(verdict);
  });
});

describe('a family', () => {
  const barely = around(1);

  it('is adjusted by Holm over its primary claims, those without pairs included', () => {
    const p = tTest(barely)!.twoSided;
    expect(p).toBeGreaterThan(0.05 / 3);
    expect(p).toBeLessThan(0.05);
    expect(decided(barely).verdict).toBe('supported');
    const three = decisions([asked(barely), asked([]), asked(around(0))]);
    expect(three[0]).toMatchObject({ p, adjusted: 3 * p, verdict: 'undecided' });
    expect(three[1]).toEqual({ p: null, adjusted: null, equivalence: null, verdict: 'undecided', needed: null });
  });

  it('leaves secondary claims alone', () => {
    const two = decisions([asked(barely), asked(barely, { family: 'secondary' })]);
    expect(two.map(({ verdict }) => verdict)).toEqual(['supported', 'supported']);
    expect(two[1]).toMatchObject({ adjusted: two[1]!.p! });
  });
});

it('the pairs that it takes are by the pairs’ own spread, at the level of the first of the family', () => {
  const one = asked(around(0.2));
  const sd = one.differences.standardDeviation!;
  const design = { level: 0.05 / 2, tails: 2, power: 0.8 } as const;
  expect(decisions([one, asked([])])[0]!.needed).toBe(pairsNeeded(sd, 0.5, design));
  const margin = decided(around(0), { alternative: { kind: 'equivalent', margin: 1 } });
  expect(margin.needed).toBe(pairsNeeded(sd, 1, { level: 0.05, tails: 1, power: 0.9 }));
});
