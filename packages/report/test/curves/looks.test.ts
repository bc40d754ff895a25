import { parse, Result, type StoredResult } from '@spatial-ensemble/record';
import { beforeAll, describe, expect, it } from 'vitest';

import { lookPoints } from '../../src/curves/looks.ts';
import { figuresOf } from '../../src/figures.ts';
import { buildReport, type Files } from '../../src/index.ts';
import { runStates } from '../../src/pairing.ts';
import { sections } from '../../src/rows.ts';
import { asked, plan as syntheticPlan, runSpec, stored } from '../synthetic.ts';

// Series that say on which images they were looked at, as a measurement's looks while a run trains do.

const SEEDS = [1, 2, 3];
const ARMS = ['tma', 'sts'];
const STEPS = [0, 400, 800, 1000];

/** Of seeds it differs by one each. */
function right(arm: string, whose: string, step: number, seed: number): number {
  return 30 + step / 25 + seed + (arm === 'sts' ? 4 : 0) - (whose === 'student' ? 8 : 0);
}

function withLooks(arm: string, seed: number, steps: readonly number[] = STEPS): StoredResult {
  const { result, file } = stored(runSpec(arm, seed));
  const looks = (['student', 'teacher'] as const).map((whose) => ({
    name: 'near-held-out',
    title: 'neighbours while pretraining',
    meaning: 'accuracy on held-out images',
    whose,
    split: 'held-out',
    unit: '%',
    summed: 'last',
    points: steps.map((step) => [step, right(arm, whose, step, seed)]),
  }));
  return { result: parse(Result, { ...result, series: [...result.series, ...looks] }, 'a result'), file };
}

const RESULTS = ARMS.flatMap((arm) => SEEDS.map((seed) => withLooks(arm, seed)));
const PLAN = asked(syntheticPlan({}, SEEDS), RESULTS);
const [SMALL] = sections(PLAN, runStates(PLAN, RESULTS));

/** t(2, 0.975), of three values a unit apart: a standard deviation of 1 over the root of 3. */
const HALF = 4.302653 / Math.sqrt(3);

describe('what was looked at while runs trained', () => {
  it('has the mean over the seeds and its interval at each step, of either network', () => {
    const points = lookPoints(SMALL!.rows);
    expect(points).toHaveLength(ARMS.length * 2 * STEPS.length);
    for (const { row, kind, step, sample, interval } of points) {
      const middle = right(row.name, kind.whose, step, 2);
      expect(sample).toMatchObject({ mean: middle, seeds: SEEDS });
      expect(interval![0]).toBeCloseTo(middle - HALF, 5);
      expect(interval![1]).toBeCloseTo(middle + HALF, 5);
    }
  });

  it('is of the steps alone that all runs of an arm have, and of no series that does not say on which images', () => {
    const uneven = SEEDS.map((seed) => withLooks('sts', seed, seed === 2 ? [0, 1000] : STEPS));
    const plan = asked(syntheticPlan({}, SEEDS), uneven);
    const [section] = sections(plan, runStates(plan, uneven));
    const points = lookPoints(section!.rows);
    expect(points.map(({ step }) => step)).toEqual([0, 1000, 0, 1000]);
    expect(new Set(points.map(({ kind }) => kind.name))).toEqual(new Set(['near-held-out']));
  });

  it('is drawn: learning curves of teacher and student, a panel for each arm, means and bands over the seeds', () => {
    const figures = figuresOf(PLAN, SMALL!, SMALL!.rows);
    const { title, specification } = figures.find(({ name }) => name === 'learning-curves-near-held-out')!;
    expect(title).toMatch(/^Neighbours while pretraining: accuracy on held-out images; teacher and student over the steps/); // prettier-ignore
    const { data } = specification as unknown as {
      readonly data: { readonly values: readonly { readonly [field: string]: string | number }[] };
    };
    expect(data.values).toHaveLength(ARMS.length * 2 * STEPS.length);
    for (const { arm, whose, step, value, low, high } of data.values) {
      const of = (seed: number) => right(String(arm), String(whose), Number(step), seed);
      expect([low, value, high]).toEqual([of(1), of(2), of(3)]);
    }
    // Its lead stands beside the distance, the loss in the figure behind.
    const names = figures.map(({ name }) => name);
    expect(names.slice(-2)).toEqual(['teacher-student', 'training']);
    expect(figures.at(-2)!.title).toBe('Over the steps: lead of the teacher: held-out accuracy; lead of the teacher: neighbours while pretraining; relative distance'); // prettier-ignore
  });
});

describe('a report of runs that were looked at', () => {
  let files: Files;
  beforeAll(async () => {
    files = await buildReport(RESULTS, PLAN, '/reports/synthetic');
  });

  it('has the figure on its page, and every point in the CSV of curves', () => {
    const page = String(files.get('index.md'));
    expect(page).toContain('(learning-curves-near-held-out-small.svg)');
    expect(page).toContain('[curves.csv](curves.csv), a point of a curve a line');
    expect(String(files.get('learning-curves-near-held-out-small.svg'))).toContain('Neighbours while pretraining');
    const [head, ...lines] = String(files.get('curves.csv')).trimEnd().split('\n');
    expect(head).toBe('study,variant,tier,curves,title,arm,whose,split,rule,unit,axis,axis_unit,at,panel_axis,panel_unit,panel,mean,sd,low_95,high_95,values,seeds'); // prettier-ignore
    expect(lines).toHaveLength(ARMS.length * 2 * STEPS.length);
    const middle = right('sts', 'student', 800, 2);
    const [low, high] = [middle - HALF, middle + HALF].map((one) => one.toFixed(3));
    const line = lines.find((one) => /,sts,student,held-out,,%,training step,,800,/.test(one))!;
    expect(line).toContain(`,near-held-out,neighbours while pretraining,`);
    const [mean, sd, from, to, values, seeds] = line.split(',').slice(-6);
    expect([mean, sd, values, seeds]).toEqual([String(middle), '1', SEEDS.map((seed) => right('sts', 'student', 800, seed)).join(';'), '1;2;3']); // prettier-ignore
    expect([Number(from).toFixed(3), Number(to).toFixed(3)]).toEqual([low, high]);
  });
});
