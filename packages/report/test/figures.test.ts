import type { Series } from '@spatial-ensemble/record';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { Resvg } from '@resvg/resvg-js';
import { compile } from 'vega-lite';
import { describe, expect, it } from 'vitest';

import { roundAxis } from '../src/figures/axis.ts';
import { textWidth } from '../src/figures/fonts.ts';
import { armColours } from '../src/figures/palette.ts';
import { renderPng, renderSvg } from '../src/figures/render.ts';
import { figuresOf } from '../src/figures.ts';
import { type Row, type Section, sections } from '../src/rows.ts';
import { runStates } from '../src/pairing.ts';
import { allResults, plan } from './synthetic.ts';

function rows(seeds: readonly number[] = [1]) {
  const p = plan({}, seeds);
  return sections(p, runStates(p, allResults(seeds)))[0]?.rows ?? [];
}

const NAMES = ['learning-curves', 'teacher-student', 'training'] as const;

/** The specification of a figure of the tier small. */
function figure(name: (typeof NAMES)[number], of: readonly Row[] = rows(), beside: readonly Row[] = of) {
  const section: Section = { tier: 'small', variant: null, rows: of };
  return figuresOf(plan(), section, beside).find((one) => one.name === name)?.specification;
}

describe.each(NAMES)('%s', (name) => {
  it.each([[[1]], [[1, 2, 3]]])('is a specification that Vega-Lite compiles without a warning, seeds %j', (seeds) => {
    const spec = figure(name, rows(seeds));
    const warnings: unknown[] = [];
    const logger = {
      level: () => logger,
      error: (...args: unknown[]) => (warnings.push(args), logger),
      warn: (...args: unknown[]) => (warnings.push(args), logger),
      info: () => logger,
      debug: () => logger,
    };
    compile(spec!, { logger: logger as never });
    expect(warnings).toEqual([]);
    expect(JSON.parse(JSON.stringify(spec))).toEqual(spec);
  });

  it('draws the same bytes every time, without NaN, at a width that a README shows whole', async () => {
    const spec = figure(name);
    const svg = await renderSvg(spec!);
    expect(await renderSvg(spec!)).toBe(svg);
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    const { width } = new Resvg(svg);
    expect(width).toBeGreaterThan(600);
    expect(width).toBeLessThanOrEqual(830);
  });

  it('stays within that width whatever the arms are called', async () => {
    const long = rows().map((row) => ({
      ...row,
      arm: { ...row.arm, title: `${row.arm.title}, with a name of many words` },
    }));
    expect(new Resvg(await renderSvg(figure(name, long)!)).width).toBeLessThanOrEqual(830);
  });

  it('is left out where no run has a series of it', () => {
    const bare = rows().map((row) => ({ ...row, shown: [] }));
    expect(figure(name, bare)).toBeUndefined();
  });
});

describe('learning curves', () => {
  it('hold the runs’ own points: teacher and student of every arm', () => {
    const spec = figure('learning-curves') as unknown as {
      data: { values: { arm: string; whose: string; step: number; value: number }[] };
    };
    const { values } = spec.data;
    const [result] = rows()[4]?.shown ?? [];
    const [step, value] = result?.result.series.find(({ whose, summed }) => whose === 'teacher' && summed === 'last')?.points[20] ?? []; // prettier-ignore
    expect(step).toBe(500);
    expect(values.find((one) => one.arm === 'sts' && one.whose === 'teacher' && one.step === step)?.value).toBeCloseTo(
      value!,
      3,
    );
    expect(new Set(values.map(({ arm, whose }) => `${arm} ${whose}`)).size).toBe(12);
  });

  it('show the mean and the range of several seeds', () => {
    const spec = figure('learning-curves', rows([1, 2, 3])) as unknown as {
      data: { values: { low: number; value: number; high: number }[] };
    };
    expect(spec.data.values.every(({ low, value, high }) => low <= value && value <= high)).toBe(true);
  });
});

describe('series that no one knows', () => {
  const spec = (of: readonly Row[], name: (typeof NAMES)[number] = 'training') =>
    figure(name, of) as unknown as {
      concat: {
        title: { text: string[]; subtitle?: string[] };
        width: number;
        data: { values: { arm: string; step: number; value: number }[] };
        layer: { encoding: { y: { title: string; scale: { domain: [number, number] } } } }[];
      }[];
    };
  const wobble = { name: 'wobble', title: 'wobble', meaning: 'how much it wobbles', unit: 'mm', whose: 'student', summed: 'mean' } as const; // prettier-ignore
  const withSeries = (...series: Series[]): Row[] =>
    rows().map((row) => ({
      ...row,
      shown: row.shown.map((stored) => ({
        ...stored,
        result: { ...stored.result, series: [...stored.result.series, ...series] },
      })),
    }));

  it('have a panel by their declaration, with their own points', () => {
    const panels = spec(withSeries({ ...wobble, points: [[10, 0.25], [20, 0.125]] })).concat; // prettier-ignore
    expect(panels.map(({ title }) => title)).toMatchObject([
      { text: ['Loss'] },
      { text: ['Wobble'], subtitle: ['how much it wobbles'] },
    ]);
    const [, { data, layer }] = panels as [unknown, (typeof panels)[number]];
    expect(layer.at(-1)!.encoding.y.title).toBe('wobble (mm)');
    expect(data.values.filter(({ arm }) => arm === 'se').map(({ step, value }) => [step, value])).toEqual([[10, 0.25], [20, 0.125]]); // prettier-ignore
  });

  it('share their axis with those of the same unit alone', () => {
    const far = { ...wobble, name: 'far', points: [[10, 900] as [number, number]] };
    const panels = spec(withSeries({ ...wobble, points: [[10, 1]] }, far)).concat;
    const domains = panels.map(({ layer }) => layer.at(-1)!.encoding.y.scale.domain);
    expect(domains[1]).toEqual(domains[2]);
    expect(domains[1]![1]).toBeGreaterThanOrEqual(900);
    expect(domains[0]![1]).toBeLessThan(10);
    // Three panels stand two in a row.
    expect(new Set(panels.map(({ width }) => width))).toEqual(new Set([300]));
  });

  it('of teacher and student become learning curves of their own, and a lead', () => {
    const both = ['teacher', 'student'].map((whose, i) => ({ ...wobble, whose: whose as 'teacher', points: [[10, 3 - i] as [number, number]] })); // prettier-ignore
    const names = figuresOf(plan(), { tier: 'small', variant: null, rows: withSeries(...both) }, rows());
    expect(names.map(({ name }) => name)).toEqual([
      'learning-curves-seen',
      'learning-curves-wobble',
      'teacher-student',
      'training',
    ]);
    const lead = spec(withSeries(...both), 'teacher-student').concat[1]!;
    expect(lead.title.text).toEqual(['Lead of the teacher: wobble']);
    expect(new Set(lead.data.values.map(({ value }) => value))).toEqual(new Set([1]));
  });
});

describe('colours', () => {
  it('belong to an arm, whichever arms stand beside it, and to no other', () => {
    const sts = armColours(['none', 'sts']).get('sts');
    expect(armColours(['sts', 'another']).get('sts')).toBe(sts);
    expect([...armColours(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i']).values()]).not.toContain(sts);
  });

  it('do not repeat, however many arms there are', () => {
    const arms = ['none', 'tma', 'tma-effective', 'se', 'sts', 'supervised', ...Array.from({ length: 20 }, (_, i) => `p-${i}`)]; // prettier-ignore
    expect(new Set(armColours(arms).values()).size).toBe(arms.length);
  });
});

describe('axes', () => {
  it.each([
    [[5.8, 68.2], [0, 10, 20, 30, 40, 50, 60, 70], ',.0f'],
    [[10, 10.000000000000325], [10, 12], ',.0f'],
    [[0, 0.0628], [0, 0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.07], ',.2f'],
    [[-29, 39], [-30, -20, -10, 0, 10, 20, 30, 40], ',.0f'],
  ])('of %j have round ticks', (values, ticks, format) => {
    expect(roundAxis(values, 5)).toMatchObject({ ticks, format });
  });

  it('show the label of every tick, zero among them', async () => {
    const spec = figure('teacher-student', rows([1, 2])) as unknown as {
      concat: { layer: { encoding: { y: { axis: { values: number[] } } } }[] }[];
    };
    const svg = await renderSvg(spec as never);
    const shown = [...svg.matchAll(/<text text-anchor="end"[^>]*>([^<]*)<\/text>/g)]
      .filter(([all]) => !all.includes('opacity="0"'))
      .map(([, text]) => Number(text!.replace('−', '-')))
      // The last of the steps, `1,000`.
      .filter((value) => !Number.isNaN(value));
    const ticks = spec.concat.flatMap(({ layer }) => layer.at(-1)!.encoding.y.axis.values);
    expect(ticks.filter((tick) => tick === 0)).toHaveLength(2);
    expect(shown.toSorted((a, b) => a - b)).toEqual(ticks.toSorted((a, b) => a - b));
  });

  it('are shared by figures that stand beside each other', () => {
    const few = rows().slice(0, 1);
    const domain = (spec: unknown): unknown =>
      JSON.stringify((spec as { spec: { layer: { encoding: { y: { scale: unknown } } }[] } }).spec.layer[0]!.encoding.y.scale); // prettier-ignore
    expect(domain(figure('learning-curves', few, rows()))).toBe(domain(figure('learning-curves')));
  });
});

describe('the committed figures', () => {
  const folder = resolve(import.meta.dirname, '../../../reports');
  const figures = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.svg'));

  it.each(figures)('%s shows no number of more than six digits', (file) => {
    const labels = [...readFileSync(join(folder, file), 'utf8').matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text!); // prettier-ignore
    expect(labels.length).toBeGreaterThan(5);
    for (const label of labels) expect(label).not.toMatch(/\d\.\d{5,}/);
    const specification = readFileSync(join(folder, file.replace(/svg$/, 'vl.json')), 'utf8');
    expect(specification.match(/\d+\.\d+/g)?.filter((number) => number.replace(/^0\.0*|\./g, '').length > 6)).toEqual(
      [],
    );
  });
});

describe('the committed pages and tables', () => {
  const folder = resolve(import.meta.dirname, '../../../reports');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => /\.(md|csv)$/.test(file));

  it.each(files)('%s shows no number of more than six decimals', (file) => {
    expect(readFileSync(join(folder, file), 'utf8').match(/\d\.\d{7,}/g)).toBeNull();
  });
});

describe('titles of panels', () => {
  it('stay over their panel, in wider letters too', () => {
    const spec = figure('learning-curves') as unknown as {
      facet: { sort: string[]; header: { labelFontSize: number } };
      spec: { width: number };
    };
    const lines = spec.facet.sort.flatMap((title) => title.split('\n'));
    expect(lines.length).toBeGreaterThan(spec.facet.sort.length);
    for (const line of lines)
      expect(textWidth(line, spec.facet.header.labelFontSize, 'bold') * 1.2).toBeLessThanOrEqual(spec.spec.width);
    expect(spec.facet.sort.map((title) => title.replaceAll('\n', ' '))).toEqual(rows().map(({ arm }) => arm.title));
  });
});

describe('textWidth', () => {
  it('is Arial’s: H 1479, e 1139, l 455, o 1139 of 2048 units', () => {
    expect(textWidth('Hello', 2048)).toBeCloseTo(1479 + 1139 + 455 + 455 + 1139, 0);
    expect(textWidth('Hello', 12, 'bold')).toBeGreaterThan(textWidth('Hello', 12));
  });
});

describe('renderPng', () => {
  it('draws text with the font of the package', () => {
    const svg = (text: string): string =>
      `<svg xmlns="http://www.w3.org/2000/svg" width="60" height="20"><text x="2" y="15" font-size="12" font-family="Arial">${text}</text></svg>`;
    const [with_, without] = [renderPng(svg('Hello')), renderPng(svg(''))];
    expect(Buffer.from(with_).equals(Buffer.from(without))).toBe(false);
    expect(Buffer.from(with_).subarray(1, 4).toString()).toBe('PNG');
  });
});
