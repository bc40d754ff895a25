import { Resvg } from '@resvg/resvg-js';
import type { TopLevelSpec } from 'vega-lite';
import { describe, expect, it } from 'vitest';

import { decidedIn } from '../../src/decided/decided-in.ts';
import { forestLines } from '../../src/decided/forest-lines.ts';
import { forest, type ForestLine } from '../../src/figures/forest.ts';
import { renderSvg } from '../../src/figures/render.ts';
import { buildCatalogue } from '../../src/index.ts';
import { runStates } from '../../src/pairing.ts';
import { sections } from '../../src/rows.ts';
import { tInterval } from '../../src/statistics/paired-t.ts';
import { asked } from '../synthetic.ts';
import { claim, claiming, PILOT, runsOf } from './claiming.ts';

const CLAIMS = {
  better: claim(),
  alike: claim({
    hypothesis: 'STS is like TMA',
    alternative: { kind: 'equivalent', margin: 1.5 },
    family: 'secondary',
  }),
  unasked: claim({ hypothesis: 'SE is better than TMA', compare: { arm: 'se', over: 'tma' } }),
};
const results = runsOf(PILOT);
const plan = asked(claiming(8, CLAIMS, { paper: [] }), results);
const claims = sections(plan, runStates(plan, results)).flatMap((section) => decidedIn(plan, section));
const lines = forestLines(claims);

interface Panel {
  readonly title: { readonly text: readonly string[] };
  readonly data: { readonly values: readonly Readonly<Record<string, unknown>>[] };
}
const panels = (of: readonly ForestLine[]): readonly Panel[] =>
  (forest(of) as unknown as { vconcat: readonly Panel[] }).vconcat;

describe('the forest plot', () => {
  it('has the claims of which there are pairs, with the numbers of the table', () => {
    const differences = PILOT['sts']!.map((value, i) => value - PILOT['tma']![i]!);
    const [low, high] = tInterval(differences)!.map((end) => Number(end.toPrecision(6)));
    const { value: mean } = claims[0]!.estimate!;
    const numbers = { value: Number(mean.toPrecision(6)), low, high, pairs: 'n = 8' };
    const [panel, ...others] = panels(lines);
    expect(others).toEqual([]);
    expect(panel!.title.text.join(' ')).toBe('FixMatch with four kinds of teacher · Tier small · Fashion-MNIST');
    expect(panel!.data.values).toEqual([
      { claim: 'STS is better than TMA', ...numbers, below: -0.5, above: 0.5, verdict: claims[0]!.verdict },
      { claim: 'STS is like TMA', ...numbers, below: -1.5, above: 1.5, verdict: claims[1]!.verdict },
    ]);
  });

  it('is not there without pairs', () => {
    expect(forest([])).toBeNull();
  });

  it('has a panel a setting, whose axis those of one unit share', () => {
    const [one] = lines;
    const [first, second, third] = panels([
      one!,
      { ...one!, setting: 'far', value: 9, interval: [8, 10] },
      { ...one!, setting: 'in mm', unit: 'mm', value: 0.1, interval: null, shaded: 0.2 },
    ]) as unknown as { layer: { encoding: { x: { title: string; scale: { domain: number[] } } } }[] }[];
    const domain = (panel: typeof first): number[] => panel!.layer[0]!.encoding.x.scale.domain;
    expect(domain(first)).toEqual(domain(second));
    expect(domain(second)[1]).toBeGreaterThanOrEqual(10);
    expect(domain(third)[1]).toBeLessThan(1);
    expect(third!.layer[0]!.encoding.x.title).toBe('difference (mm)');
  });

  it('fits a page, whatever is claimed, and keeps claims of the same words apart', async () => {
    const long = lines.map((line) => ({
      ...line,
      claim: `${lines[0]!.claim}, and so on in many words that no line would hold`,
      setting: `${line.setting} · with a name that is longer than any line of this page could ever hold, by far and wide`,
      verdict: 'not informative (exploratory)',
    }));
    const svg = await renderSvg(forest(long) as TopLevelSpec);
    expect(new Resvg(svg).width).toBeLessThanOrEqual(830);
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    expect(svg.match(/not informative \(exploratory\)/g)?.length).toBeGreaterThanOrEqual(2);
    const places = [...svg.matchAll(/translate\(\d+(?:\.\d+)?,(\d+(?:\.\d+)?)\)[^>]*>n = 8</g)].map(([, y]) => y);
    expect(new Set(places).size).toBe(2);
  });
});

describe('the index', () => {
  it('shows it below the claims, with its text, and without pairs does not', async () => {
    const files = await buildCatalogue([{ plan, results }], [], '/reports');
    const index = String(files.get('index.md'));
    expect(index.indexOf('(claims.svg)')).toBeGreaterThan(index.indexOf('## Claims'));
    expect(index.indexOf('(claims.svg)')).toBeLessThan(index.indexOf('## Studies'));
    expect(index).toContain(`STS is like TMA (FixMatch with four kinds of teacher · Tier small · Fashion-MNIST): ${claims[1]!.verdict}`); // prettier-ignore
    expect(String(files.get('claims.svg'))).toContain('What is claimed, and what came out');
    expect(JSON.parse(String(files.get('claims.vl.json')))).toEqual(JSON.parse(JSON.stringify(forest(lines))));
    const none = await buildCatalogue([{ plan: claiming(8, CLAIMS, { paper: [] }), results: [] }], [], '/reports');
    expect([...none.keys()]).not.toContain('claims.svg');
    expect(String(none.get('index.md'))).not.toContain('.svg');
  });
});
