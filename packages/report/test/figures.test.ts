import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { Resvg } from '@resvg/resvg-js';
import { compile } from 'vega-lite';
import { describe, expect, it } from 'vitest';

import { roundAxis } from '../src/figures/axis.ts';
import { textWidth } from '../src/figures/fonts.ts';
import { learningCurves } from '../src/figures/learning-curves.ts';
import { armColours } from '../src/figures/palette.ts';
import { renderPng, renderSvg } from '../src/figures/render.ts';
import { teacherStudent } from '../src/figures/teacher-student.ts';
import { sections } from '../src/rows.ts';
import { runStates } from '../src/pairing.ts';
import { allResults, plan } from './synthetic.ts';

function rows(seeds: readonly number[] = [1]) {
  const p = plan({}, seeds);
  return sections(p, runStates(p, allResults(seeds)))[0]?.rows ?? [];
}

const FIGURES = [
  ['learning curves', learningCurves],
  ['teacher against student', teacherStudent],
] as const;

describe.each(FIGURES)('%s', (_name, figure) => {
  it.each([[[1]], [[1, 2, 3]]])('is a specification that Vega-Lite compiles without a warning, seeds %j', (seeds) => {
    const spec = figure(rows(seeds), 'Title', ['subtitle']);
    const warnings: unknown[] = [];
    const logger = {
      level: () => logger,
      error: (...args: unknown[]) => (warnings.push(args), logger),
      warn: (...args: unknown[]) => (warnings.push(args), logger),
      info: () => logger,
      debug: () => logger,
    };
    compile(spec as NonNullable<typeof spec>, { logger: logger as never });
    expect(warnings).toEqual([]);
    expect(JSON.parse(JSON.stringify(spec))).toEqual(spec);
  });

  it('draws the same bytes every time, without NaN, at a width that a README shows whole', async () => {
    const spec = figure(rows(), 'Title', ['subtitle']);
    if (spec === null) throw new Error('no figure');
    const svg = await renderSvg(spec);
    expect(await renderSvg(spec)).toBe(svg);
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
    const spec = figure(long, 'Title', ['subtitle']);
    if (spec === null) throw new Error('no figure');
    expect(new Resvg(await renderSvg(spec)).width).toBeLessThanOrEqual(830);
  });

  it('is left out where no run has a curve', () => {
    const bare = rows().map((row) => ({ ...row, shown: [] }));
    expect(figure(bare, 'Title', [])).toBeNull();
  });
});

describe('learning curves', () => {
  it('hold the runs’ own points: teacher and student of every arm', () => {
    const spec = learningCurves(rows(), 'Title', []) as {
      data: { values: { arm: string; network: string; step: number; value: number }[] };
    };
    const { values } = spec.data;
    const [result] = rows()[4]?.shown ?? [];
    const point = result?.result.curve[20];
    expect(values.find((v) => v.arm === 'sts' && v.network === 'teacher' && v.step === point?.step)?.value).toBeCloseTo(
      point?.['teacherAccuracy'] as number,
      3,
    );
    expect(new Set(values.map(({ arm, network }) => `${arm} ${network}`)).size).toBe(12);
  });

  it('show the mean and the range of several seeds', () => {
    const spec = learningCurves(rows([1, 2, 3]), 'Title', []) as {
      data: { values: { low: number; value: number; high: number }[] };
    };
    expect(spec.data.values.every(({ low, value, high }) => low <= value && value <= high)).toBe(true);
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
    const spec = teacherStudent(rows([1, 2]), 'T', ['subtitle']) as unknown as {
      vconcat: { layer: { encoding: { y: { axis: { values: number[] } } } }[] }[];
    };
    const svg = await renderSvg(spec as never);
    const shown = [...svg.matchAll(/<text text-anchor="end"[^>]*>([^<]*)<\/text>/g)]
      .filter(([all]) => !all.includes('opacity="0"'))
      .map(([, text]) => Number(text!.replace('−', '-')))
      // The last of the steps, `1,000`.
      .filter((value) => !Number.isNaN(value));
    const ticks = spec.vconcat.flatMap(({ layer }) => layer.at(-1)!.encoding.y.axis.values);
    expect(ticks.filter((tick) => tick === 0)).toHaveLength(2);
    expect(shown.toSorted((a, b) => a - b)).toEqual(ticks.toSorted((a, b) => a - b));
  });

  it('are shared by figures that stand beside each other', () => {
    const few = rows().slice(0, 1);
    const domain = (spec: unknown): unknown =>
      JSON.stringify((spec as { spec: { layer: { encoding: { y: { scale: unknown } } }[] } }).spec.layer[0]!.encoding.y.scale); // prettier-ignore
    expect(domain(learningCurves(few, 'T', [], rows()))).toBe(domain(learningCurves(rows(), 'T', [])));
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
    const spec = learningCurves(rows(), 'Title', []) as unknown as {
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
