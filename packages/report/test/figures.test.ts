import { Resvg } from '@resvg/resvg-js';
import { compile } from 'vega-lite';
import { describe, expect, it } from 'vitest';

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
  it('belong to an arm, whichever arms stand beside it', () => {
    const [, sts] = armColours(['none', 'sts']);
    expect(armColours(['sts'])).toEqual([sts]);
    const all = armColours(['none', 'tma', 'tma-effective', 'se', 'sts', 'supervised', 'p-30', 'p-50']);
    expect(new Set(all).size).toBe(8);
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
