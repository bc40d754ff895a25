import { type Along, type Measure, parse, Result, type StoredResult } from '@spatial-ensemble/record';
import { beforeAll, describe, expect, it } from 'vitest';

import { curvesOf } from '../../src/curves/curves.ts';
import { curvesFigure } from '../../src/figures/curves.ts';
import { buildReport, type Files } from '../../src/index.ts';
import { runStates } from '../../src/pairing.ts';
import { sections } from '../../src/rows.ts';
import { asked, plan as syntheticPlan, runSpec, stored } from '../synthetic.ts';

// Measures that stand along axes which no method has: how often something is found, by the depth of the water.

const SEEDS = [1, 2, 3];
const ARMS = ['tma', 'sts'];
const WHOSE = ['teacher', 'student'] as const;
// As results list them, which is not their order.
const DEPTHS = [2, 16, 0.5, 255];
const WATERS = ['salt "water"', 'ice'];

function measure(whose: Measure['whose'], name: string, value: number, along: Along): Measure {
  return { name, title: name, whose, split: 'test', rule: 'last', value, unit: '%', n: 100, along };
}

/** A number that says where it belongs: of seeds it differs by one each. */
function found(arm: string, whose: string, depth: number, seed: number): number {
  return 90 - DEPTHS.toSorted((a, b) => a - b).indexOf(depth) * 20 + seed + (arm === 'sts' ? 4 : 0) - (whose === 'student' ? 8 : 0); // prettier-ignore
}

function withCurves(arm: string, seed: number): StoredResult {
  const { result, file } = stored(runSpec(arm, seed));
  const depthAt = (at: number) => ({ axis: 'depth', unit: 'm', at });
  const measures = WHOSE.flatMap((whose) =>
    DEPTHS.flatMap((depth) => [
      measure(whose, `found-${depth}`, found(arm, whose, depth, seed), { name: 'found', title: 'things found', axes: [depthAt(depth)] }), // prettier-ignore
      ...WATERS.map((water, i) =>
        measure(whose, `found-${i}-${depth}`, found(arm, whose, depth, seed) - i, {
          name: 'found-in',
          title: 'things found in a water',
          axes: [{ axis: 'water', unit: '', at: water }, depthAt(depth)],
        }),
      ),
    ]),
  );
  return { result: parse(Result, { ...result, measures: [...result.measures, ...measures] }, 'a result'), file };
}

const RESULTS = ARMS.flatMap((arm) => SEEDS.map((seed) => withCurves(arm, seed)));
const PLAN = asked(syntheticPlan({}, SEEDS), RESULTS);
const [SMALL] = sections(PLAN, runStates(PLAN, RESULTS));
const rows = SMALL!.rows;

describe('curves of measures', () => {
  it('are told by what measures say of themselves, numbers in order of their size', () => {
    const curves = curvesOf(rows);
    expect(curves.map(({ name, axes }) => [name, axes.map(({ places }) => places)])).toEqual([
      ['found', [[0.5, 2, 16, 255]]],
      ['found-in', [WATERS, [0.5, 2, 16, 255]]],
    ]);
    expect(curves.map(({ points }) => points.length)).toEqual([16, 32]);
  });

  it('have the mean over the seeds and its interval by Student’s t', () => {
    const point = curvesOf(rows)[0]!.points.find(({ row, whose, at }) => row.name === 'sts' && whose === 'student' && at[0] === 16); // prettier-ignore
    expect(point!.sample.values).toEqual(SEEDS.map((seed) => found('sts', 'student', 16, seed)));
    // Three values a unit apart: t(2, 0.975) = 4.302653 times a standard deviation of 1 over the root of 3.
    const middle = found('sts', 'student', 16, 2);
    expect(point!.interval![0]).toBeCloseTo(middle - 4.302653 / Math.sqrt(3), 5);
    expect(point!.interval![1]).toBeCloseTo(middle + 4.302653 / Math.sqrt(3), 5);
  });

  it('of one seed have none, and arms without them no line', () => {
    const one = asked(syntheticPlan({}, [1]), [withCurves('tma', 1), stored(runSpec('sts', 1))]);
    const [section] = sections(one, runStates(one, [withCurves('tma', 1), stored(runSpec('sts', 1))]));
    const [curves] = curvesOf(section!.rows);
    expect([...new Set(curves!.points.map(({ row }) => row.name))]).toEqual(['tma']);
    expect(curves!.points.every(({ interval }) => interval === null)).toBe(true);
  });
});

interface Drawn {
  readonly concat: readonly { readonly data: { readonly values: readonly { readonly [field: string]: unknown }[] } }[];
}

describe('the figure of curves', () => {
  it('has a panel for each place of the first axis, lines beside each other, every mean at its place', () => {
    const [curve, grid] = curvesOf(rows).map((curves) => curvesFigure(curves, ARMS, []) as unknown as Drawn);
    expect([curve!.concat.length, grid!.concat.length]).toEqual([1, 2]);
    const { values } = curve!.concat[0]!.data;
    expect(values).toHaveLength(16);
    for (const { at, title, whose, mean, place, low, high } of values) {
      const arm = title === 'STS' ? 'sts' : 'tma';
      expect(mean).toBe(found(arm, whose as string, at as number, 2));
      expect(Math.abs(Math.round(place as number))).toBe([0.5, 2, 16, 255].indexOf(at as number));
      expect(Number(high) - Number(mean)).toBeCloseTo(Number(mean) - Number(low), 3);
    }
    expect(new Set(values.map(({ place }) => place)).size).toBe(16);
  });
});

describe('a report with curves', () => {
  let files: Files;
  beforeAll(async () => {
    files = await buildReport(RESULTS, PLAN, '/reports/synthetic');
  });
  const text = (name: string): string => String(files.get(name));

  it('has figure, table and CSV of each', () => {
    expect([...files.keys()]).toEqual(expect.arrayContaining(['curves-found-small.svg', 'curves-found-in-small.vl.json', 'curves.csv', 'curves.tex'])); // prettier-ignore
    const page = text('index.md');
    expect(page).toContain('### Things found in a water');
    expect(page).toContain('![Things found over depth: TMA; STS](curves-found-small.svg)');
    const line = page.split('\n').find((one) => /^\| STS +\| student +\| \d/.test(one));
    expect(line).toContain(`${found('sts', 'student', 16, 2).toFixed(2)} [`);
    expect(page).toContain('[curves.csv](curves.csv), a point of a curve a line');
    const csv = text('curves.csv').split('\n');
    // Of each arm's teacher and student: four of the curve, eight of the grid.
    expect(csv.filter((one) => one !== '')).toHaveLength(1 + 4 * 12);
    expect(csv[0]).toContain('axis,axis_unit,at,panel_axis,panel_unit,panel,mean,sd,low_95,high_95,values,seeds');
    expect(csv.find((one) => /,found,.*,sts,student,.*,depth,m,255,/.test(one))).toContain(`,${found('sts', 'student', 255, 2)},1,`); // prettier-ignore
  });

  it('does not list their measures a second time', () => expect(text('index.md')).not.toContain('found-0.5'));

  it('says nothing of curves where there are none', async () => {
    const results = [stored(runSpec('tma', 1))];
    const without = await buildReport(results, asked(syntheticPlan({}, [1]), results), '/reports/synthetic');
    expect([...without.keys()].filter((name) => name.includes('curves'))).toEqual([
      'learning-curves-small.vl.json',
      'learning-curves-small.svg',
    ]);
    expect(String(without.get('index.md'))).not.toContain('curves.csv');
  });
});
