import { describe, expect, it } from 'vitest';

import { factorsOf } from '../../src/factors/outcomes.ts';
import { buildReport } from '../../src/index.ts';
import { runStates } from '../../src/pairing.ts';
import { sections } from '../../src/rows.ts';
import { signed } from '../../src/text.ts';
import { factored } from './factoring.ts';

const { plan, results } = factored({ title: 'preserve | probability' });
const files = await buildReport(results, plan, '/runs/reports/synthetic');
const text = (name: string): string => String(files.get(name));
const [outcome] = factorsOf(plan, sections(plan, runStates(plan, results))[0]!);

describe('the report of a study with a factor', () => {
  it('has a heading for it, with levels, tests, what was found, and the figure', () => {
    const page = text('index.md');
    const at = [
      'what is decided stands under _Preserve | probability_, seed by seed.',
      '### Preserve | probability',
      '6 seeds planned; stops after six splits.',
      '| preserve \\| probability | arm',
      '| series ',
      '<a id="small-factor-preserve-1"></a>at the same momentum ',
      '![Preserve | probability: at the same momentum, supported',
      'How this comes about: one linear model',
      '### What differs between the arms',
    ].map((one) => page.indexOf(one));
    expect(at).not.toContain(-1);
    expect(at).toEqual(at.toSorted((a, b) => a - b));
    expect(page.match(/factor-preserve-small\.svg/g)).toHaveLength(1);
    // As GitHub shows it, whatever the columns' widths.
    const squeezed = page.replace(/ +/g, ' ');
    const [, , last] = outcome!.series[0]!.levels;
    const interval = ([low, high]: readonly number[]): string =>
      `[${[low!, high!].map((end) => signed(end)).join(', ')}]`;
    expect(squeezed).toContain(`| +2.24 | ${interval(last!.interval!)} | ${interval(last!.estimate!.interval)} |`);
    const { f } = outcome!.series[0]!.test!;
    expect(squeezed).toContain(
      `</a>at the same momentum | ${f.toFixed(2)} | 2, 20 | &lt; .001 | &lt; .001 | supported: furthest`,
    );
  });

  it('says of a tier without runs what is planned there, and nothing of the tier smoke', async () => {
    const at = (tier: 'small' | 'smoke') => ({ ...plan, runs: plan.runs.filter((run) => run.tier === 'small').map((run) => ({ ...run, tier })) }); // prettier-ignore
    const page = async (tier: 'small' | 'smoke'): Promise<string> =>
      String((await buildReport([], at(tier), '/runs/reports/synthetic')).get('index.md'));
    expect(await page('small')).toMatch(
      /6 seeds planned[^#]*>at the same momentum[^#]*\| not run: no seed has all its arms/,
    );
    expect(await page('small')).not.toContain('| over 0 ');
    expect(await page('smoke')).not.toContain('6 seeds planned');
  });

  it('has the same numbers as CSV, a level a line', () => {
    const [head, ...lines] = text('factors.csv').trimEnd().split('\n');
    // Texts with commas come last.
    const records = lines.map((line) => Object.fromEntries(head!.split(',').map((name, i) => [name, line.split(',')[i]]))); // prettier-ignore
    const levels = outcome!.series.flatMap((series) => series.levels.map((level) => ({ series, level })));
    expect(records.filter(({ tier }) => tier === 'small')).toHaveLength(levels.length);
    levels.forEach(({ series, level }, i) => {
      const record = records[i]!;
      expect(record).toMatchObject({ factor: 'preserve', arm: level.arm, level: String(level.level), df_residual: '20', verdict: series.verdict }); // prettier-ignore
      expect(Number(record['f'])).toBeCloseTo(series.test!.f, 5);
      expect(Number(record['difference'])).toBeCloseTo(level.differences.mean!, 5);
      if (level.estimate !== null) expect(Number(record['model_low_95'])).toBeCloseTo(level.estimate.interval[0], 5);
    });
  });

  it('draws what the statistics say: each seed, the means, the intervals of their pairs', () => {
    interface Layer {
      readonly data?: { readonly name: string; readonly values: readonly Record<string, number>[] };
    }
    const figure = JSON.parse(text('factor-preserve-small.vl.json')) as { concat: { layer: Layer[] }[] };
    outcome!.series.forEach(({ title, levels }, i) => {
      const data = Object.fromEntries(figure.concat[i]!.layer.flatMap(({ data: one }) => (one === undefined ? [] : [[one.name, one.values]]))); // prettier-ignore
      const to6 = (value: number): number => Number(value.toPrecision(6));
      expect(data[`seeds of ${title}`]).toEqual(
        levels.flatMap(({ level, differences: { values, seeds } }) =>
          values.map((value, j) => ({ level, seed: seeds[j], value: to6(value) })),
        ),
      );
      expect(data[`means of ${title}`]).toEqual(levels.map(({ level, differences: { mean } }) => ({ level, value: to6(mean!) }))); // prettier-ignore
      expect(data[`intervals of ${title}`]).toEqual(
        levels.flatMap(({ level, interval }) => (interval === null ? [] : [{ level, low: to6(interval[0]), high: to6(interval[1]) }])), // prettier-ignore
      );
    });
    const svg = text('factor-preserve-small.svg');
    for (const title of [
      'Preserve | probability',
      'At the same momentum',
      'At the same effective',
      'difference to the first (points)',
    ])
      expect(svg).toContain(title);
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('has its tables in LaTeX', () => {
    expect(text('factors.tex')).toContain('at the same momentum & ');
    expect(text('factors.tex').match(/\\begin\{tabular\}/g)).toHaveLength(3);
  });

  it('is the same whenever it is made', async () => {
    expect(await buildReport(results, plan, '/runs/reports/synthetic')).toEqual(files);
  });
});
