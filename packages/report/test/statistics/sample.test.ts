import { describe, expect, it } from 'vitest';

import { differences, type Sample, sampleOf as sampleOfSeeds } from '../../src/statistics/sample.ts';
import { differenceText, durationText, meanText, sampleText } from '../../src/text.ts';

/** Of seeds 1, 2, … */
const sampleOf = (values: readonly number[]): Sample =>
  sampleOfSeeds(values.map((value, i) => ({ seed: i + 1, value })));

describe('sampleOf', () => {
  it('gives mean and sample standard deviation', () => {
    // Five runs of MoCo v2 as its README prints them: 67.5 ± 0.1 (there over n; ours is over n − 1).
    const { mean, standardDeviation } = sampleOf([67.7, 67.6, 67.4, 67.6, 67.3]);
    expect(mean).toBeCloseTo(67.52, 10);
    expect(standardDeviation).toBeCloseTo(Math.sqrt(0.108 / 4), 10);
  });

  it('has no spread for one value, and nothing for none', () => {
    expect(sampleOf([3])).toEqual({ values: [3], seeds: [1], mean: 3, standardDeviation: null });
    expect(sampleOf([])).toEqual({ values: [], seeds: [], mean: null, standardDeviation: null });
  });
});

describe('differences', () => {
  it('are taken seed by seed, over the seeds that both have', () => {
    const above = sampleOfSeeds([{ seed: 1, value: 70 }, { seed: 2, value: 60 }, { seed: 3, value: 99 }]); // prettier-ignore
    const below = sampleOfSeeds([{ seed: 2, value: 55 }, { seed: 1, value: 62 }, { seed: 4, value: 0 }]); // prettier-ignore
    const found = differences(above, below);
    expect(found).toMatchObject({ seeds: [1, 2], values: [8, 5], mean: 6.5 });
    expect(differenceText(found, 3)).toBe('+6.50 (seeds 1, 2)');
    expect(differenceText(found, 2)).toBe('+6.50');
    expect(differenceText(differences(below, sampleOf([])), 3)).toBe('–');
  });

  it('that round to nothing have no minus', () => {
    expect(differenceText(sampleOf([-0.001]), 1)).toBe('+0.00');
    expect(differenceText(sampleOf([-0.01]), 1)).toBe('−0.01');
  });
});

describe('texts', () => {
  it('print a spread only where there is one, always with the list', () => {
    expect(sampleText(sampleOf([]))).toBe('–');
    expect(sampleText(sampleOf([70.254]))).toBe('70.25');
    expect(sampleText(sampleOf([70, 72]))).toBe('71.00 ± 1.41 (70.00, 72.00)');
    expect(meanText(sampleOf([0.99750001]), 6)).toBe('0.9975');
    expect(meanText(sampleOf([]), 6)).toBe('–');
  });

  it('print durations', () => {
    expect([0.4, 59.6, 303, 7800].map(durationText)).toEqual(['0 s', '1 min 00 s', '5 min 03 s', '2 h 10 min']);
  });
});
