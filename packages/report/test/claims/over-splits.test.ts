import { describe, expect, it } from 'vitest';

import { outcomesOf } from '../../src/claims/outcomes.ts';
import { overSplits } from '../../src/claims/over-splits.ts';
import { pairedOf } from '../../src/claims/pairs.ts';
import { buildReport } from '../../src/index.ts';
import { runStates } from '../../src/pairing.ts';
import { sections } from '../../src/rows.ts';
import { tInterval } from '../../src/statistics/paired-t.ts';
import { sampleOf } from '../../src/statistics/sample.ts';
import { asked } from '../synthetic.ts';
import { claim, claiming, runsOf } from './claiming.ts';

const CROSSED = { splits: [11, 12, 13], trainings: [1, 2] };
const TMA = [60, 62, 61, 60, 64, 63];
/** STS − TMA of the three splits, two trainings each. */
const DIFFERENCES = [[1, 2], [3, 1], [2, 3]]; // prettier-ignore
const results = runsOf({ tma: TMA, sts: DIFFERENCES.flat().map((one, i) => TMA[i]! + one) });
const study = (of = results) =>
  asked(claiming(6, { better: claim({ gates: [], pairs: 3 }) }, { crossed: CROSSED, seeds: [1, 2, 3, 4, 5, 6] }), of);
const sectionOf = (of = results) => {
  const plan = study(of);
  return { plan, section: sections(plan, runStates(plan, of))[0]! };
};
const close = (values: readonly number[]): unknown[] => values.map((value) => expect.closeTo(value, 9) as unknown);

describe('pairs of crossed seeds', () => {
  it('are splits, by their means over all trainings', () => {
    const { plan, section } = sectionOf();
    const { differences, cells, above } = pairedOf(section.rows, { arm: 'sts', over: 'tma' }, plan.study.headline);
    expect(differences.seeds).toEqual([11, 12, 13]);
    expect(differences.values).toEqual(close([1.5, 2, 2.5]));
    expect(above.values).toEqual(close([62.5, 62.5, 66]));
    expect(cells).toEqual(DIFFERENCES.map(close));
    // Six runs of each arm are three pairs.
    const [outcome] = outcomesOf(plan, section);
    expect(tInterval(outcome!.paired.differences.values)![0]).toBeCloseTo(tInterval([1.5, 2, 2.5])![0], 9);
  });

  it('leave out a split that lacks a training', () => {
    const { plan, section } = sectionOf(results.filter(({ result }) => result.run.seeds.split !== 4));
    const { differences } = pairedOf(section.rows, { arm: 'sts', over: 'tma' }, plan.study.headline);
    expect(differences.seeds).toEqual([11, 13]);
  });

  it('are the seeds themselves where none are crossed', () => {
    const sample = sampleOf([{ seed: 1, value: 3 }]);
    expect(overSplits(sample, undefined)).toBe(sample);
  });

  it('stand in the page with what splits and trainings each add to the spread', async () => {
    const files = await buildReport(results, study(), '/runs/reports/synthetic');
    const page = String(files.get('index.md'));
    // By hand: MS of splits .5, of trainings 0, of the rest 1.5, so that both components fall below 0.
    expect(page).toMatch(/\| STS − TMA +\| +3 \| +2 \| +0\.00 \| +0\.00 \| +1\.22 \|/);
    expect(page).toMatch(/\| +3: split 12, training 1 \|/);
    const [head, line] = String(files.get('differences.csv')).split('\n');
    const record = Object.fromEntries(head!.split(',').map((name, i) => [name, line!.split(',')[i]]));
    expect(record).toMatchObject({
      pairs: '3',
      seeds: '11;12;13',
      trainings: '2',
      variance_split: '0',
      variance_rest: '1.5',
    });
  });
});
