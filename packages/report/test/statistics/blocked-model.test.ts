import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import {
  blockedModel,
  type Estimate,
  levelDifference,
  levelsAlike,
  type Observation,
} from '../../src/statistics/blocked-model.ts';
import { fAbove } from '../../src/statistics/distributions.ts';
import { exactShare } from '../../src/statistics/exact-share.ts';
import { tInterval, tTest } from '../../src/statistics/paired-t.ts';

interface Alike {
  readonly f: number;
  readonly df: number;
  readonly p: number;
}

/** Written by ../reference/blocked_model.py with statsmodels and SciPy. */
const reference = JSON.parse(readFileSync(new URL('../fixtures/blocked-model.json', import.meta.url), 'utf8')) as {
  readonly models: readonly {
    readonly observations: readonly Observation[];
    readonly residual: number;
    readonly df: number;
    readonly alike: Alike;
    readonly part: readonly string[];
    readonly partAlike: Alike;
    readonly overFirst: Readonly<Record<string, readonly number[]>>;
    readonly secondOverThird: readonly number[];
  }[];
  readonly shares: readonly { readonly failed: number; readonly of: number; readonly interval: readonly number[] }[];
  readonly f: readonly { readonly df: readonly [number, number]; readonly f: number; readonly p: number }[];
};

/** Within a part of 10^9, or 10^9th of one. */
function expectClose(found: number, expected: number): void {
  expect(Math.abs(found - expected)).toBeLessThan(1e-9 * Math.max(1, Math.abs(expected)));
}

function expectEstimate({ value, interval }: Estimate, expected: readonly number[]): void {
  [value, ...interval].forEach((one, i) => expectClose(one, expected[i]!));
}

describe.each(reference.models)(
  'value ~ block + level of $observations.length values, as statsmodels has it',
  (one) => {
    const model = blockedModel(one.observations)!;

    it('leaves the same over', () => {
      expectClose(model.residual, one.residual);
      expect(model.df).toBe(one.df);
    });

    it('tests whether all levels are alike, and whether some are', () => {
      for (const [levels, expected] of [
        [model.levels, one.alike],
        [one.part, one.partAlike],
      ] as const) {
        const { f, df, p } = levelsAlike(model, levels);
        expectClose(f, expected.f);
        expectClose(p, expected.p);
        expect(df).toEqual([expected.df, one.df]);
      }
    });

    it('estimates the difference of any two, with its interval', () => {
      const names = model.levels.toSorted();
      for (const [level, expected] of Object.entries(one.overFirst))
        expectEstimate(levelDifference(model, level, names[0]!), expected);
      expectEstimate(levelDifference(model, names[1]!, names[2]!), one.secondOverThird);
    });
  },
);

describe('of two levels', () => {
  const pairs = [[61, 62.5], [70.25, 70.5], [55, 57.75], [66, 65.5]]; // prettier-ignore
  const observations = pairs.flatMap(([below, above], block) => [
    { block, level: 'below', value: below! },
    { block, level: 'above', value: above! },
  ]);
  const model = blockedModel(observations)!;
  const differences = pairs.map(([below, above]) => above! - below!);

  it('the model is the paired t', () => {
    const { f, p } = levelsAlike(model, ['below', 'above']);
    const { t, twoSided } = tTest(differences)!;
    expectClose(f, t ** 2);
    expectClose(p, twoSided);
    const { value, interval } = levelDifference(model, 'above', 'below');
    expectClose(value, 1);
    tInterval(differences)!.forEach((end, i) => expectClose(interval[i]!, end));
  });

  it('that differ by one number, the model leaves nothing over', () => {
    const values = (gain: number): Observation[] =>
      [0.1, 0.7, 3.3].flatMap((value, block) => [
        { block, level: 'a', value },
        { block, level: 'b', value: value + gain },
      ]);
    expect(levelsAlike(blockedModel(values(0.3))!, ['a', 'b'])).toEqual({ f: Infinity, df: [1, 2], p: 0 });
    expect(levelsAlike(blockedModel(values(0))!, ['a', 'b'])).toEqual({ f: 0, df: [1, 2], p: 1 });
  });

  it('of one block alone, or without a block in common, have no model', () => {
    expect(blockedModel(observations.slice(0, 2))).toBeNull();
    const apart = [1, 2, 3, 4].map((block) => ({ block, level: block < 3 ? 'a' : 'b', value: block }));
    expect(blockedModel([...apart, ...apart])).toBeNull();
    expect(() => levelDifference(model, 'beside', 'below')).toThrow("the model has no level 'beside'");
  });
});

describe('SciPy’s', () => {
  it.each(reference.f)('tail of F with $df above $f', ({ df, f, p }) => expectClose(fAbove(...df, f), p));

  it.each(reference.shares)('exact interval of $failed of $of', ({ failed, of, interval }) => {
    exactShare(failed, of).forEach((end, i) => expectClose(end, interval[i]!));
  });
});
