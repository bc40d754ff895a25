import { describe, expect, it } from 'vitest';

import { sampleOf } from '../src/statistics.ts';
import { durationText, meanText, sampleText } from '../src/text.ts';

describe('sampleOf', () => {
  it('gives mean and sample standard deviation', () => {
    // Five runs of MoCo v2 as its README prints them: 67.5 ± 0.1 (there over n; ours is over n − 1).
    const { mean, standardDeviation } = sampleOf([67.7, 67.6, 67.4, 67.6, 67.3]);
    expect(mean).toBeCloseTo(67.52, 10);
    expect(standardDeviation).toBeCloseTo(Math.sqrt(0.108 / 4), 10);
  });

  it('has no spread for one value, and nothing for none', () => {
    expect(sampleOf([3])).toEqual({ values: [3], mean: 3, standardDeviation: null });
    expect(sampleOf([])).toEqual({ values: [], mean: null, standardDeviation: null });
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
