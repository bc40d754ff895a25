import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { bcaInterval } from '../../src/statistics/bootstrap.ts';
import { normalQuantile, studentBelow, studentQuantile } from '../../src/statistics/distributions.ts';
import { pairedEffect } from '../../src/statistics/effect-size.ts';
import { equivalenceTest, notWorseTest } from '../../src/statistics/equivalence.ts';
import { holm } from '../../src/statistics/holm.ts';
import { mcNemar } from '../../src/statistics/mcnemar.ts';
import { type Design, pairsNeeded } from '../../src/statistics/pairs-needed.ts';
import { tInterval, tTest } from '../../src/statistics/paired-t.ts';
import { signFlip } from '../../src/statistics/sign-flip.ts';
import { interquartileMean, probabilityOfImprovement } from '../../src/statistics/unpaired.ts';

interface Reference {
  readonly paired: readonly {
    readonly above: readonly number[];
    readonly below: readonly number[];
    readonly t: number;
    readonly p: { readonly 'two-sided': number; readonly greater: number; readonly less: number };
    readonly interval: readonly number[];
    readonly effect: number;
    readonly margin: number;
    readonly equivalence: number;
    readonly notWorse: number;
    readonly signFlip?: number;
    readonly resamples?: readonly (readonly number[])[];
    readonly bootstrap?: readonly number[];
    readonly interquartileMeans?: readonly number[];
    readonly probabilityOfImprovement?: number;
  }[];
  readonly holm: readonly { readonly p: readonly number[]; readonly adjusted: readonly number[] }[];
  readonly mcNemar: readonly { readonly first: number; readonly second: number; readonly p: number }[];
  readonly needed: readonly (Design & { readonly sd: number; readonly effect: number; readonly n: number })[];
  readonly quantiles: readonly {
    readonly df: number;
    readonly p: number;
    readonly t: number;
    readonly z: number;
    readonly below: number;
  }[];
}

/** Written by ../reference/paired_statistics.py with SciPy, statsmodels and rliable. */
const reference = JSON.parse(
  readFileSync(new URL('../fixtures/paired-statistics.json', import.meta.url), 'utf8'),
) as Reference;

/** Within a part of 10^9, or 10^9th of one. */
function expectClose(found: number | null | undefined, expected: number): void {
  expect(Math.abs((found ?? NaN) - expected)).toBeLessThan(1e-9 * Math.max(1, Math.abs(expected)));
}

const PAIRED = reference.paired.map((one) => ({
  n: one.above.length,
  differences: one.above.map((value, i) => value - (one.below[i] ?? NaN)),
  ...one,
}));

describe.each(PAIRED)('$n pairs, as SciPy has them', ({ differences, ...one }) => {
  it('Student’s t, its p-values and its interval', () => {
    const test = tTest(differences);
    expectClose(test?.t, one.t);
    expectClose(test?.twoSided, one.p['two-sided']);
    expectClose(test?.greater, one.p.greater);
    expectClose(test?.less, one.p.less);
    tInterval(differences)?.forEach((end, i) => expectClose(end, one.interval[i]!));
    expectClose(pairedEffect(differences), one.effect);
  });

  it('equivalence and not being worse', () => {
    expectClose(equivalenceTest(differences, one.margin), one.equivalence);
    expectClose(notWorseTest(differences, one.margin), one.notWorse);
  });
});

describe('what SciPy and rliable have for some numbers of pairs', () => {
  it.each(PAIRED.filter(({ signFlip: p }) => p !== undefined))('$n: the sign-flip test', (one) => {
    const found = signFlip(one.differences);
    expect(found?.exact).toBe(true);
    expectClose(found?.p, one.signFlip!);
  });

  it.each(PAIRED.filter(({ n }) => n >= 8))('$n: the accelerated bootstrap of the same resamples', (one) => {
    bcaInterval(one.differences, one.resamples!)!.forEach((end, i) => expectClose(end, one.bootstrap![i]!));
  });

  it.each(PAIRED.filter(({ n }) => n >= 10))('$n: interquartile means and probability of improvement', (one) => {
    [one.above, one.below].forEach((values, i) => expectClose(interquartileMean(values), one.interquartileMeans![i]!));
    expectClose(probabilityOfImprovement(one.above, one.below), one.probabilityOfImprovement!);
  });
});

describe('as statsmodels has them', () => {
  it.each(reference.holm)('p-values $p adjusted by Holm', ({ p, adjusted }) => {
    holm(p).forEach((one, i) => expectClose(one, adjusted[i]!));
  });

  it.each(reference.mcNemar)('McNemar’s exact test of $first and $second', ({ first, second, p }) => {
    expectClose(mcNemar(first, second), p);
  });

  it.each(reference.needed)('pairs for $effect at sd $sd, level $level, power $power: $n, or one beside it', (one) => {
    const found = pairsNeeded(one.sd, one.effect, one);
    expect(Math.abs(found - one.n)).toBeLessThanOrEqual(1);
  });
});

it('the distributions are SciPy’s', () => {
  for (const { df, p, t, z, below } of reference.quantiles) {
    expectClose(studentQuantile(df, p), t);
    expectClose(normalQuantile(p), z);
    expectClose(studentBelow(df, -1.7), below);
  }
});
