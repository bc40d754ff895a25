import { describe, expect, it } from 'vitest';

import { bcaInterval, bootstrapInterval } from '../../src/statistics/bootstrap.ts';
import { pairedEffect } from '../../src/statistics/effect-size.ts';
import { equivalenceTest } from '../../src/statistics/equivalence.ts';
import { pairsNeeded } from '../../src/statistics/pairs-needed.ts';
import { halfWidth, tInterval, tTest } from '../../src/statistics/paired-t.ts';
import { mean } from '../../src/statistics/sample.ts';
import { signFlip } from '../../src/statistics/sign-flip.ts';
import { interquartileMean, pairedShare, probabilityOfImprovement } from '../../src/statistics/unpaired.ts';

/** STS − TMA of three splits of one FixMatch study. */
const THREE = [1.26, -0.3, -0.37];

describe('too few pairs', () => {
  it('have no test and no interval', () => {
    for (const few of [[], [1]]) {
      expect(tTest(few)).toBeNull();
      expect(tInterval(few)).toBeNull();
      expect(pairedEffect(few)).toBeNull();
      expect(equivalenceTest(few, 1)).toBeNull();
    }
    expect(signFlip([])).toBeNull();
    expect(mean([])).toBeNull();
    expect(interquartileMean([])).toBeNull();
    expect(pairedShare([])).toBeNull();
    expect(bootstrapInterval([1, 2, 3, 4, 5, 6, 7])).toBeNull();
  });

  it('say little: three differences of .92 bound their mean to ±2.3', () => {
    expect(tInterval(THREE)!.map((end) => Number(end.toFixed(1)))).toEqual([-2.1, 2.5]);
    expect(halfWidth(THREE)).toBeCloseTo(2.3, 1);
  });
});

describe('differences without a spread', () => {
  it('are certain, unless they are the number that they are held against', () => {
    expect(tTest([0.5, 0.5, 0.5])).toMatchObject({ greater: 0, less: 1, twoSided: 0 });
    expect(tTest([0, 0, 0])).toMatchObject({ t: 0, twoSided: 1 });
    expect(tInterval([0.5, 0.5])).toEqual([0.5, 0.5]);
    expect(bcaInterval([2, 2], [[0, 1]])).toEqual([2, 2]);
    expect(pairedEffect([2, 2])).toBeNull();
  });
});

describe('the sign-flip test', () => {
  it('cannot go below 2 of 2^n', () => {
    expect(signFlip([1, 2, 3, 4, 5])).toEqual({ p: 2 / 32, exact: true });
    expect(signFlip(Array.from({ length: 20 }, (_, i) => i + 1))).toEqual({ p: 2 / 2 ** 20, exact: true });
  });

  it('counts sums that are the same but for their last bits', () => {
    // .1 + .2 is not .3 in binary: all signs of equal sizes but the two mixed ones reach what is observed.
    expect(signFlip([0.1 + 0.2, -0.3])).toEqual({ p: 1, exact: true });
  });

  it('draws signs by key where there are too many, near the normal’s tail', () => {
    const differences = Array.from({ length: 24 }, (_, i) => (i % 3 === 0 ? -1 : 1) * (1 + i / 24));
    const found = signFlip(differences)!;
    expect(found.exact).toBe(false);
    expect(signFlip(differences)).toEqual(found);
    // The share of 2^24 signs, counted once; 100,000 draws know it to ±.0009 (one sd).
    expect(Math.abs(found.p - 0.09163)).toBeLessThan(0.004);
  });
});

describe('the bootstrap', () => {
  const values = [0.3, 1.2, -0.4, 0.8, 2.1, 0.2, 0.9, -0.1, 1.4, 0.6];

  it('gives the same bits whenever it is asked', () => {
    expect(bootstrapInterval(values)).toEqual(bootstrapInterval([...values]));
  });

  it('lies inside Student’s interval, and moves with the values', () => {
    const [low, high] = bootstrapInterval(values)!;
    const [lowT, highT] = tInterval(values)!;
    expect(low).toBeGreaterThan(lowT);
    expect(high).toBeLessThan(highT);
    const moved = bootstrapInterval(values.map((value) => value + 1))!;
    expect(moved[0]).toBeCloseTo(low + 1, 10);
    expect(moved[1]).toBeCloseTo(high + 1, 10);
  });
});

describe('what runs without pairs say', () => {
  it('is a mean of the middle half, and a share of all pairings', () => {
    expect(interquartileMean([100, 1, 2, 3, 4, -50, 0, 5])).toBe(2.5);
    expect(probabilityOfImprovement([1, 2], [0, 1])).toBe((1 + 0.5 + 1 + 1) / 4);
    expect(pairedShare([1, -1, 0, 2])).toBe(2.5 / 4);
  });
});

describe('the pairs that it takes', () => {
  it('are at least two, and more for a smaller effect', () => {
    const design = { level: 0.05, tails: 2, power: 0.8 } as const;
    expect(pairsNeeded(0, 1, design)).toBe(2);
    // 20 splits of an sd of .92 have 80 % power for .61.
    expect(pairsNeeded(0.92, 0.61, design)).toBe(20);
    expect(pairsNeeded(0.92, 0.3, design)).toBeGreaterThan(70);
  });
});
