import { describe, expect, it } from 'vitest';

import { indexLines, settingsOf } from '../../src/decided/index-lines.ts';
import { behindText } from '../../src/decided/texts.ts';
import { buildCatalogue, buildReport, digest } from '../../src/index.ts';
import { records } from '../records.ts';
import { ablation, claims } from './deciding.ts';

const studies = [claims(), ablation()];
const files = await buildCatalogue(studies, [], '/reports');
const text = (name: string): string => String(files.get(name));
const rows = records(files, 'claims.csv');
const front = digest(studies, [], 'reports');

/** The cells of the lines of the first table of Markdown below a heading, as they read. */
function markdownRows(heading: string): string[][] {
  const lines = text('index.md').split(`## ${heading}\n\n`)[1]!.split('\n');
  const table = lines.slice(
    0,
    lines.findIndex((line) => !line.startsWith('|')),
  );
  const read = (cell: string): string =>
    cell
      .trim()
      .replace(/\[((?:[^\]\\]|\\.)*)\]\([^)]*\)/g, '$1')
      .replaceAll('`', '')
      .replaceAll('&lt;', '<')
      .replace(/\\(.)/g, '$1');
  return table.slice(2).map((line) => line.split(/(?<!\\)\|/).slice(1, -1).map(read)); // prettier-ignore
}

/** The cells of all lines of all tables of LaTeX, as they are set. */
function latexRows(name: string): string[][] {
  const signs: readonly [string, string][] = [['$<$', '<'], ['$>$', '>'], ['$-$', '−'], ['$\\pm$', '±'], ['{[}', '['], ['{]}', ']'], ['--', '–']]; // prettier-ignore
  const read = (cell: string): string =>
    signs.reduce((now, [from, to]) => now.replaceAll(from, to), cell).replace(/\\([&%$#_])/g, '$1');
  const lines = text(name).split('\n').filter((line) => line.endsWith(' \\\\') && !line.startsWith('claim & setting')); // prettier-ignore
  return lines.map((line) => line.slice(0, -3).split(/(?<!\\)&/).map((cell) => read(cell.trim()))); // prettier-ignore
}

/** A row as the tables print it, from the numbers of the CSV. */
function printed(row: Readonly<Record<string, string>>): string[] {
  const signed = (value: string): string => `${Number(value) < 0 ? '−' : '+'}${Math.abs(Number(value)).toFixed(2)}`;
  const shown = row['estimate_of'] === 'share' ? (value: string) => `${Number(value).toFixed(0)} %` : signed;
  const interval = row['low_95'] === '' ? '' : ` [${shown(row['low_95']!)}, ${shown(row['high_95']!)}]`;
  const p = Number(row['p']);
  return [
    `${row['claim']}${row['exploratory'] === 'yes' ? ' (exploratory)' : ''}`,
    row['setting']!,
    row['difference']!,
    row['estimate'] === '' ? '–' : `${shown(row['estimate']!)}${interval}`,
    row['pairs']!,
    row['p'] === '' ? '–' : p < 0.001 ? '< .001' : p.toFixed(3).replace(/^0/, ''),
    row['text']!,
    row['gates']!,
  ];
}

describe('the table of all that is decided', () => {
  it('has claims, series of factors and failure rates, those with runs first', () => {
    const small = rows.filter(({ tier }) => tier === 'small').map(({ kind, name }) => [kind, name]);
    expect(small).toEqual([
      ...['better', 'unpaired', 'helped'].map((name) => ['claim', name]),
      ['failures', 'rate'],
      ['factor', 'preserve'],
      ['factor', 'preserve'],
    ]);
    const run = rows.map(({ verdict }) => verdict !== 'not run');
    expect(run).toEqual(run.toSorted((a, b) => Number(b) - Number(a)));
    expect(rows).toHaveLength(2 * small.length);
    expect(rows.filter(({ estimate }) => estimate !== '').map(({ kind }) => kind)).toEqual(['claim', 'claim', 'failures', 'factor', 'factor']); // prettier-ignore
  });

  it('is the same, row by row, as Markdown, CSV and LaTeX', () => {
    const wanted = rows.map(printed);
    expect(markdownRows('Claims')).toEqual(wanted);
    expect(latexRows('claims.tex')).toEqual(wanted);
  });

  it('says of each p whether it is adjusted: of primary claims and series of factors', () => {
    const said = rows.filter(({ p }) => p !== '').map(({ name, adjusted }) => [name, adjusted]);
    expect(said).toEqual([['better', 'yes'], ['helped', 'no'], ['rate', 'no'], ['preserve', 'yes'], ['preserve', 'yes']]); // prettier-ignore
    expect(rows.filter(({ p, adjusted }) => p === '' && adjusted !== '')).toEqual([]);
  });

  it('names a setting in the middle of a line, as text and in its links', () => {
    const { setting } = rows.find(({ name, tier }) => name === 'better' && tier === 'small')!;
    expect(setting).toMatch(/^FixMatch with four kinds of teacher, tier small, trained on Fashion-MNIST/);
    expect(text('index.md')).toContain(', [tier `small`](synthetic/index.md#small-better), trained on');
  });

  it('leads from each row, and from each of the digest, to a place that its page has', () => {
    const links = [...text('index.md').matchAll(/\((\w+)\/index\.md#([\w-]+)\)/g), ...front.matchAll(/\(reports\/(\w+)\/index\.md#([\w-]+)\)/g)]; // prettier-ignore
    expect(links.length).toBeGreaterThan(rows.length);
    for (const [, study, place] of links) expect(text(`${study}/index.md`)).toContain(`<a id="${place}"></a>`);
    for (const { place } of rows) expect(text('index.md')).toContain(`(${place})`);
    for (const { place, verdict } of rows) if (verdict !== 'not run') expect(front).toContain(`(reports/${place})`);
  });

  it('has each estimate in the forest plot', () => {
    interface Panel {
      readonly data: { readonly values: readonly { readonly value: number; readonly low: number; readonly pairs: string }[] }; // prettier-ignore
    }
    const { vconcat } = JSON.parse(text('claims.vl.json')) as { vconcat: readonly Panel[] };
    const drawn = vconcat.flatMap(({ data: { values } }) => values).map(({ value, low, pairs }) => [value.toFixed(3), low.toFixed(3), pairs]); // prettier-ignore
    const wanted = rows
      .filter(({ estimate }) => estimate !== '')
      .map(({ estimate, low_95: low, pairs }) => [Number(estimate).toFixed(3), Number(low).toFixed(3), `n = ${pairs}`]);
    expect(drawn.toSorted()).toEqual(wanted.toSorted());
    expect(text('claims.svg')).toContain('share of lone failures (%)');
  });
});

describe('what stands behind a row', () => {
  const gatesOf = (some: typeof studies, study: string) =>
    indexLines(settingsOf(some))
      .filter(({ plan, section }) => plan.study.name === study && section.tier === 'small')
      .map((line) => behindText(line.behind));

  it('is its own gates, or says that none is declared', () => {
    const here = rows.filter(({ study, tier }) => study === 'synthetic' && tier === 'small');
    expect(here.map(({ name, gates }) => [name, gates])).toEqual([
      ['better', 'open'],
      ['unpaired', 'open'],
      ['helped', 'none declared'],
      ['rate', 'none declared'],
    ]);
    expect(rows.filter(({ verdict, gates }) => verdict === 'not run' && gates === '')).toEqual([]);
  });

  it('is the gate of another study, by its name and with a link to its numbers, as it stands there', () => {
    const here = rows.filter(({ study, tier }) => study === 'ablation' && tier === 'small');
    expect(here.map(({ gates }) => gates)).toEqual(['open in synthetic', 'open in synthetic']);
    expect(text('index.md')).toContain('[open in synthetic](synthetic/index.md#small-gates)');
    expect(text('ablation/index.md')).toContain('asked in the same setting: `smoothing` of `synthetic`. It decides');
    const [first] = claims().results.filter(({ result }) => result.run.spec['teacher'] === 'none');
    const high = { ...first!, result: { ...first!.result, measures: [{ ...first!.result.measures[0]!, value: 99 }] } };
    const closed = claims([high, ...claims().results.filter((one) => one !== first)]);
    expect(gatesOf([closed, ablation()], 'ablation')).toEqual(['closed in synthetic', 'closed in synthetic']);
    expect(gatesOf([claims([]), ablation()], 'ablation')).toEqual(['not known in synthetic', 'not known in synthetic']); // prettier-ignore
  });

  it('is said where that study is not here, and refused where it has no such gate', () => {
    expect(gatesOf([ablation()], 'ablation')).toEqual(Array(2).fill('not known: no such setting of synthetic is here')); // prettier-ignore
    expect(gatesOf([ablation({ standsOn: undefined })], 'ablation')).toEqual(Array(2).fill('none declared'));
    const wrong = ablation({ standsOn: [{ study: 'synthetic', gate: 'smothing' }] });
    expect(() => gatesOf([claims(), wrong], 'ablation')).toThrow(
      /study ablation, standsOn: no gate of synthetic is called 'smothing'. Did you mean 'smoothing'\?/,
    );
  });

  it('is the study’s own gate where it stands on it, of failure rates and factors alone', async () => {
    const { plan, results } = claims();
    const own = { plan: { ...plan, study: { ...plan.study, standsOn: [{ study: 'synthetic', gate: 'smoothing' }] } }, results }; // prettier-ignore
    expect(gatesOf([own], 'synthetic')).toEqual(['open', 'open', 'none declared', 'open']);
    const page = String((await buildReport(results, own.plan, '/reports/synthetic')).get('index.md'));
    expect(page).toContain('here stands, of this study: `smoothing`, open. It decides nothing.');
  });

  it('is not known where the other study asks it of other images, steps or numbers', () => {
    const asked = (changes: Parameters<typeof ablation>[0]) => gatesOf([claims(), ablation(changes)], 'ablation')[0];
    const other = (what: string) => `not known: synthetic asks it of other ${what}`;
    expect(asked({ data: { source: 'fashion-mnist', labelsPerClass: 5 } })).toBe(other('images'));
    expect(asked({ spec: { teacher: 'none', steps: 2000 } })).toBe(other('steps or network'));
    expect(asked({ tiers: { small: { patch: { spec: { steps: 10 } } }, paper: {} } })).toBe(other('steps or network'));
    expect(asked({ headline: { metric: 'accuracy', whose: 'student', rule: 'last' } })).toBe(other('numbers'));
    expect(asked({ tiers: { small: { patch: { spec: { steps: 1000 } } }, paper: {} } })).toBe('open in synthetic');
  });

  it('is told in a page where a line needs it, with the index where there is one', async () => {
    const { plan, results } = ablation();
    const alone = String((await buildReport(results, plan, '/reports/ablation')).get('index.md'));
    expect(alone).toContain('`smoothing` of `synthetic`. It decides nothing.');
    expect(text('ablation/index.md')).toContain('It decides nothing; the table of all claims says how it stands.');
    // A study whose claims all name gates of their own.
    const { claims: asked } = claims().plan.study;
    const gated = ablation({ factors: {}, gates: claims().plan.study.gates, claims: { better: asked!['better']! } }); // prettier-ignore
    const page = String((await buildReport(results, gated.plan, '/reports/ablation')).get('index.md'));
    expect(page).toContain('### Claims');
    expect(page).not.toContain('It decides nothing');
  });
});

describe('a claim whose arms were run with different arithmetics', () => {
  const why = 'run with another arithmetic: avx2 in place of avx512';

  it('is not paired wherever it stands, with the reason', () => {
    const row = rows.find(({ name, tier }) => name === 'unpaired' && tier === 'small')!;
    expect(row).toMatchObject({ verdict: 'not paired', estimate: '', pairs: '0' });
    expect(row['text']).toMatch(new RegExp(`^not paired: ${why}`));
    expect(records(files, 'synthetic/claims.csv').find(({ claim }) => claim === 'unpaired')).toMatchObject({ verdict: 'not paired', text: row['text'] }); // prettier-ignore
    expect(text('synthetic/index.md')).toContain(`| ${row['text']} `);
    expect(text('synthetic/index.md')).toContain('**Not paired**: SE.');
    const [, group] = front.split('**Not paired: there are runs, but none that can be held against each other**\n\n');
    expect(group!.split('\n')[0]).toMatch(new RegExp(`^- SE is better\\. R${why.slice(1)}`));
  });

  const verdictsOf = (study: (typeof studies)[number]) =>
    indexLines(settingsOf([study]))
      .filter(({ section }) => section.tier === 'small')
      .map(({ kind, name, verdict }) => [kind, name, verdict]);

  it('was not run where one of its arms has no result at all', () => {
    const results = claims().results.filter(({ result }) => result.run.spec['teacher'] !== 'tma');
    expect(verdictsOf(claims(results))).toContainEqual(['claim', 'unpaired', 'not run']);
  });

  it('was not run where one of them lacks the number that is compared, or has it of other seeds', () => {
    const { plan, results } = claims();
    const { unpaired } = plan.study.claims!;
    const metric = { ...unpaired!, compare: { ...unpaired!.compare, metric: 'robust-accuracy' } };
    const robust = { ...plan, study: { ...plan.study, claims: { unpaired: metric } } };
    expect(verdictsOf({ plan: robust, results })).toContainEqual(['claim', 'unpaired', 'not run']);
    const measured = (some: typeof results, arm: string) => some.map((one) => {
      const [first] = one.result.measures;
      const more = one.result.run.spec['teacher'] === arm ? [{ ...first!, name: 'robust-accuracy', whose: 'teacher' as const }] : []; // prettier-ignore
      return { ...one, result: { ...one.result, measures: [...one.result.measures, ...more] } };
    }); // prettier-ignore
    const ofSe = measured(results, 'se');
    expect(verdictsOf({ plan: robust, results: ofSe })).toContainEqual(['claim', 'unpaired', 'not run']);
    const ofBoth = measured(ofSe, 'tma');
    expect(verdictsOf({ plan: robust, results: ofBoth })).toContainEqual(['claim', 'unpaired', 'not paired']);
    const apart = ofBoth.filter(({ result: { run } }) => (run.spec['teacher'] === 'se') === (run.seeds.training < 3) || !['se', 'tma'].includes(String(run.spec['teacher']))); // prettier-ignore
    expect(verdictsOf({ plan: robust, results: apart })).toContainEqual(['claim', 'unpaired', 'not run']);
  });

  it('leaves a factor and a failure rate that need it unpaired too', () => {
    const levels = [{ arm: 'tma', level: 0 }, { arm: 'se', level: 1 }]; // prettier-ignore
    const factors = { masks: { title: 'masks', series: [{ title: 'alone', levels }], seeds: 8, stopping: 'then' } };
    const failures = { rate: { hypothesis: 'SE fails', reference: 'supervised', arm: 'se', over: 'tma', seeds: 8, stopping: 'then' } }; // prettier-ignore
    expect(verdictsOf(ablation({ factors, failures, standsOn: undefined }))).toEqual([
      ['factor', 'masks', 'not paired'],
      ['failures', 'rate', 'not paired'],
    ]);
  });
});
