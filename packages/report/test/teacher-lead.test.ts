import { Resvg } from '@resvg/resvg-js';
import { compile, type TopLevelSpec } from 'vega-lite';
import { describe, expect, it } from 'vitest';

import { leads } from '../src/figures/lead.ts';
import { renderSvg } from '../src/figures/render.ts';
import { wrap } from '../src/figures/wrap.ts';
import { pairsOf, seriesKinds } from '../src/figures/series.ts';
import { figuresOf } from '../src/figures.ts';
import { runStates } from '../src/pairing.ts';
import { type Row, type Section, sections } from '../src/rows.ts';
import { tInterval } from '../src/statistics/paired-t.ts';
import { allResults, plan } from './synthetic.ts';

function rows(seeds: readonly number[]): readonly Row[] {
  const of = plan({}, seeds);
  return sections(of, runStates(of, allResults(seeds)))[0]?.rows ?? [];
}

function figure(of: readonly Row[]) {
  const section: Section = { tier: 'small', variant: null, rows: of };
  return figuresOf(plan(), section, of).find(({ name }) => name === 'teacher-lead');
}

const THREE = rows([1, 2, 3]);
const [pair] = pairsOf(seriesKinds(THREE));
const found = leads(THREE, pair!);

describe('the lead of a teacher', () => {
  it('is its curve minus the student’s, run by run, and their mean with Student’s interval', () => {
    const sts = THREE.find(({ name }) => name === 'sts')!;
    const values = sts.shown.map(({ result }) => {
      const at = (whose: string) => result.series.find((one) => one.name === 'seen' && one.whose === whose)!.points.find(([step]) => step === 500)![1]; // prettier-ignore
      return at('teacher') - at('student');
    });
    const drawn = found.seeds.filter(({ arm, step }) => arm === 'sts' && step === 500);
    expect(drawn.map(({ seed }) => seed)).toEqual([1, 2, 3]);
    drawn.forEach(({ value }, i) => expect(value).toBeCloseTo(values[i]!, 3));
    const { value, low, high } = found.intervals.find(({ arm, step }) => arm === 'sts' && step === 500)!;
    expect(value).toBeCloseTo(values.reduce((sum, one) => sum + one, 0) / 3, 3);
    tInterval(values)!.forEach((end, i) => expect([low, high][i]).toBeCloseTo(end, 3));
  });

  it('is none of a student that teaches itself, nor known of one seed', () => {
    expect(found.seeds.some(({ arm }) => arm === 'none')).toBe(false);
    expect(found.intervals.some(({ arm }) => arm === 'tma')).toBe(true);
    expect(leads(rows([1]), pair!)).toEqual({ seeds: [], intervals: [] });
    expect(figure(rows([1]))).toBeUndefined();
  });

  it('is at the steps that all runs of an arm have', () => {
    const short = THREE.map((row) => ({
      ...row,
      shown: row.shown.map((stored, i) => ({
        ...stored,
        result: {
          ...stored.result,
          series: stored.result.series.map((one) => ({
            ...one,
            points: i === 0 ? one.points : one.points.slice(0, 5),
          })),
        },
      })),
    }));
    const steps = leads(short, pair!).intervals.filter(({ arm }) => arm === 'sts').map(({ step }) => step); // prettier-ignore
    expect(steps).toEqual([0, 25, 50, 75, 100]);
  });
});

describe('its figure', () => {
  const { specification, title } = figure(THREE)!;

  it('is a specification that Vega-Lite compiles without a warning, with its points', () => {
    const warnings: unknown[] = [];
    const logger = {
      level: () => logger,
      error: (...args: unknown[]) => (warnings.push(args), logger),
      warn: (...args: unknown[]) => (warnings.push(args), logger),
      info: () => logger,
      debug: () => logger,
    };
    compile(specification, { logger: logger as never });
    expect(warnings).toEqual([]);
    const { data } = specification as unknown as { data: { values: object[] } };
    expect(data.values).toHaveLength(found.seeds.length + found.intervals.length);
    expect(data.values).toContainEqual(expect.objectContaining(found.intervals[7]!));
    expect(title).toContain('teacher − student over the steps');
  });

  it('is drawn, with a panel for each arm of two seeds and more, at a width that a page shows whole', async () => {
    const svg = await renderSvg(specification);
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    expect(new Resvg(svg).width).toBeLessThanOrEqual(830);
    expect(svg).toContain('Teacher − student');
    for (const { name, arm } of THREE)
      expect(svg.includes(`>${wrap(arm.title, 228, 13)[0]}<`), name).toBe(name !== 'none');
    expect(await renderSvg(specification as TopLevelSpec)).toBe(svg);
  });
});
