import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { type CrossedVariance, crossedVariance } from '../../src/statistics/crossed-variance.ts';

interface Case extends CrossedVariance {
  readonly table: readonly (readonly number[])[];
}

const { cases } = JSON.parse(readFileSync(new URL('../fixtures/crossed-variance.json', import.meta.url), 'utf8')) as {
  readonly cases: readonly Case[];
};

describe('the variance of crossed differences', () => {
  it.each(cases)('is that of statsmodels’ analysis of variance: $rest of the rest', ({ table, ...reference }) => {
    const found = crossedVariance(table)!;
    for (const of of ['split', 'training', 'rest'] as const) expect(found[of], of).toBeCloseTo(reference[of], 9);
  });

  it('is all the splits’, or all the trainings’, where nothing else differs', () => {
    // Of 0, 2, 4 the variance is 4.
    const splits = [0, 2, 4].map((value) => [value, value]);
    expect(crossedVariance(splits)).toEqual({ split: 4, training: 0, rest: 0 });
    const trainings = [[0, 2, 4], [0, 2, 4]]; // prettier-ignore
    expect(crossedVariance(trainings)).toEqual({ split: 0, training: 4, rest: 0 });
  });

  it('is not known of one split or one training', () => {
    expect(crossedVariance([[1, 2]])).toBeNull();
    expect(crossedVariance([[1], [2]])).toBeNull();
    expect(crossedVariance([])).toBeNull();
  });
});
