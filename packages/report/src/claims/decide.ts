import type { Alternative, Claim } from '@spatial-ensemble/record';

import { equivalenceTest } from '../statistics/equivalence.ts';
import { holm } from '../statistics/holm.ts';
import { type Design, pairsNeeded } from '../statistics/pairs-needed.ts';
import { tTest } from '../statistics/paired-t.ts';
import type { Sample } from '../statistics/sample.ts';

/** At this level, two-sided, everything is decided. */
export const LEVEL = 0.05;

/** What a claim, a series of a factor or a failure rate came to. */
export type Verdict =
  'supported' | 'refuted' | 'equivalent' | 'undecided' | 'not informative' | 'not paired' | 'not run';

/** A claim with the differences that it rests on. */
export interface Asked {
  readonly claim: Claim;
  readonly differences: Sample;
}

/** What the tests say of one claim, before its gates and its planned pairs are asked for. */
export interface Decision {
  /** P-value of the test that decides, in [0, 1]; null for fewer than two pairs. */
  readonly p: number | null;
  /** The same, adjusted by Holm over the primary claims of its setting; as it is for a secondary claim. */
  readonly adjusted: number | null;
  /** Adjusted alike: whether the arms differ by less than the smallest effect of interest. */
  readonly equivalence: number | null;
  readonly verdict: Extract<Verdict, 'supported' | 'refuted' | 'equivalent' | 'undecided'>;
  /** Pairs that would find the smallest effect (or, of an equivalence, show the margin) with 80 % power; null without a spread known. */
  readonly needed: number | null;
}

/**
 * The one rule, for all claims of a setting together. For a difference the two-sided paired t decides: it is supported
 * where the adjusted p is at most .05 on the claim's side, refuted where it is on the other side, and `equivalent` where
 * two one-sided tests put it within the smallest effect of interest. A claim of equivalence, or of not being worse, is
 * tested at its margin, on the side of it on which the estimate lies. Claims without pairs count in their family.
 */
export function decisions(asked: readonly Asked[]): Decision[] {
  const primary = asked.filter(({ claim }) => claim.family === 'primary');
  const family = (of: (one: Asked) => number | null): ReadonlyMap<Asked, number> => {
    const adjusted = holm(primary.map((one) => of(one) ?? 1));
    return new Map(primary.map((one, i) => [one, adjusted[i] ?? 1]));
  };
  const tests = new Map(asked.map((one) => [one, deciding(one)]));
  const equivalences = new Map(
    asked.map((one) => [one, equivalenceTest(one.differences.values, one.claim.smallestEffect)]),
  );
  const [adjustedTests, adjustedEquivalences] = [
    family((one) => tests.get(one)?.p ?? null),
    family((one) => equivalences.get(one) ?? null),
  ];
  return asked.map((one) => {
    const test = tests.get(one) ?? null;
    if (test === null) return { p: null, adjusted: null, equivalence: null, verdict: 'undecided', needed: null };
    const adjusted = adjustedTests.get(one) ?? test.p;
    const equivalence = adjustedEquivalences.get(one) ?? equivalences.get(one) ?? 1;
    const level = one.claim.family === 'primary' ? LEVEL / primary.length : LEVEL;
    return {
      p: test.p,
      adjusted,
      equivalence,
      verdict: verdictOf(one.claim.alternative, test.for, adjusted, equivalence),
      needed: needed(one, level),
    };
  });
}

interface Test {
  readonly p: number;
  /** Whether the estimate lies on the claim's side. */
  readonly for: boolean;
}

function deciding({ claim: { alternative }, differences: { mean, values } }: Asked): Test | null {
  if (mean === null || values.length < 2) return null;
  const at = (against: number) => tTest(values, against)!;
  switch (alternative.kind) {
    case 'greater':
      return { p: at(0).twoSided, for: mean > 0 };
    case 'less':
      return { p: at(0).twoSided, for: mean < 0 };
    case 'two-sided':
      return { p: at(0).twoSided, for: true };
    case 'not-worse': {
      const test = at(-alternative.margin);
      return mean > -alternative.margin ? { p: test.greater, for: true } : { p: test.less, for: false };
    }
    case 'equivalent': {
      const { margin } = alternative;
      return Math.abs(mean) < margin
        ? { p: equivalenceTest(values, margin)!, for: true }
        : { p: mean > 0 ? at(margin).greater : at(-margin).less, for: false };
    }
  }
}

function verdictOf({ kind }: Alternative, side: boolean, adjusted: number, equivalence: number): Decision['verdict'] {
  if (adjusted <= LEVEL) return side ? 'supported' : 'refuted';
  return isOfDifference(kind) && equivalence <= LEVEL ? 'equivalent' : 'undecided';
}

function isOfDifference(kind: Alternative['kind']): boolean {
  return kind === 'greater' || kind === 'less' || kind === 'two-sided';
}

/** By the pairs' own spread, at the level that Holm asks of the first of the family; an equivalence, if there is no difference at all. */
function needed({ claim: { alternative, smallestEffect }, differences }: Asked, level: number): number | null {
  const sd = differences.standardDeviation;
  if (sd === null) return null;
  const design: Readonly<Record<Alternative['kind'], Design>> = {
    greater: { level, tails: 2, power: 0.8 },
    less: { level, tails: 2, power: 0.8 },
    'two-sided': { level, tails: 2, power: 0.8 },
    'not-worse': { level, tails: 1, power: 0.8 },
    // Each of the two tests may fail, so each needs .9.
    equivalent: { level, tails: 1, power: 0.9 },
  };
  return pairsNeeded(sd, 'margin' in alternative ? alternative.margin : smallestEffect, design[alternative.kind]);
}
