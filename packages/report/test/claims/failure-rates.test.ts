import { Resvg } from '@resvg/resvg-js';
import { describe, expect, it } from 'vitest';

import type { Failures } from '../../src/claims/failures.ts';
import { failureRates } from '../../src/figures/failure-rates.ts';
import { renderSvg } from '../../src/figures/render.ts';
import { exactShare } from '../../src/statistics/exact-share.ts';

const SEEDS = Array.from({ length: 20 }, (_, i) => i + 1);
const ARMS: readonly Failures[] = [
  { arm: 'tma', title: 'TMA', seeds: SEEDS, failed: [] },
  {
    arm: 'se',
    title: 'SE at p = m, with a name of so many words that it takes lines',
    seeds: SEEDS,
    failed: [3, 7, 9],
  },
  { arm: 'none', title: 'TMA', seeds: [1, 2], failed: [1, 2] },
];

describe('the figure of failures', () => {
  const specification = failureRates(ARMS, 'Below supervised', ['a study'])!;

  it('has each arm’s share with its exact interval, and the count', () => {
    const { data } = specification as unknown as { data: { values: Readonly<Record<string, unknown>>[] } };
    expect(data.values.map(({ value, count }) => [value, count])).toEqual([
      [0, '0 of 20'],
      [15, '3 of 20'],
      [100, '2 of 2'],
    ]);
    ARMS.forEach(({ failed, seeds }, i) => {
      const [low, high] = exactShare(failed.length, seeds.length);
      expect(data.values[i]).toMatchObject({ low: Number((100 * low).toPrecision(6)), high: Number((100 * high).toPrecision(6)) }); // prettier-ignore
    });
    // Arms of one title stay two lines.
    expect(new Set(data.values.map(({ arm }) => arm)).size).toBe(3);
  });

  it('is drawn the same each time, at a width that a page shows whole', async () => {
    const svg = await renderSvg(specification);
    expect(await renderSvg(specification)).toBe(svg);
    expect(new Resvg(svg).width).toBeLessThanOrEqual(830);
    for (const text of ['Below supervised', 'a study', 'TMA', '3 of 20', 'runs that failed (%)'])
      expect(svg).toContain(`>${text}<`);
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('is not there where nothing was counted', () => {
    expect(failureRates([], 'Below supervised', [])).toBeNull();
  });
});
