import type { StoredResult } from '@spatial-ensemble/record';
import { describe, expect, it } from 'vitest';

import { buildReport } from '../src/index.ts';
import { allResults, plan, runSpec, stored } from './synthetic.ts';

async function build(results = allResults(), p = plan()) {
  const files = await buildReport(results, p, '/runs/reports/synthetic');
  return (path: string): string => files.get(path) as string;
}

/** Records of a CSV text without quoted commas. */
function records(csv: string): Record<string, string>[] {
  const [head = '', ...lines] = csv.trim().split('\n');
  const columns = head.split(',');
  return lines.map((line) => {
    const cells =
      line.match(/("[^"]*"|[^,]*)(,|$)/g)?.map((cell) => cell.replace(/,$/, '').replace(/^"|"$/g, '')) ?? [];
    return Object.fromEntries(columns.map((column, i) => [column, cells[i] ?? '']));
  });
}

describe('a report', () => {
  it('has a page, its tables and three figures with their specifications', async () => {
    const files = await buildReport(allResults(), plan(), '/runs/reports/synthetic');
    expect([...files.keys()].sort()).toEqual([
      'index.md',
      'learning-curves-small.svg',
      'learning-curves-small.vl.json',
      'measures.csv',
      'table.csv',
      'table.tex',
      'teacher-student-small.svg',
      'teacher-student-small.vl.json',
      'training-small.svg',
      'training-small.vl.json',
    ]);
  });

  it('gives the same bytes again, whatever the order of the results', async () => {
    const seeds = [1, 2];
    const forth = await buildReport(allResults(seeds), plan({}, seeds), '/runs/reports/synthetic');
    const back = await buildReport(allResults(seeds).reverse(), plan({}, seeds), '/runs/reports/synthetic');
    expect([...back]).toEqual([...forth]);
  });

  it('names what was trained on, in the text and in the figures', async () => {
    const file = await build();
    const { title } = runSpec('sts', 1).data.manifests[0]!;
    expect(file('index.md')).toContain(`Trained on: ${title}.`);
    expect(file('learning-curves-small.svg')).toContain(title);
  });

  it('ranks nothing on one seed, and says so', async () => {
    const page = (await build())('index.md');
    expect(page).toContain('**One seed.**');
    expect(page).toContain('this report ranks nothing');
    expect(page).not.toMatch(/\d ± \d/);
    // Nothing inside a table is bold.
    expect(
      page
        .split('\n')
        .filter((line) => line.startsWith('|'))
        .join('\n'),
    ).not.toContain('**');
  });

  it('gives n, mean, spread and list on more', async () => {
    const seeds = [1, 2, 3];
    const page = (await build(allResults(seeds), plan({}, seeds)))('index.md');
    expect(page).toContain('**3 seeds.**');
    expect(page).toMatch(/\| \d\d\.\d\d ± \d\.\d\d \(\d\d\.\d\d, \d\d\.\d\d, \d\d\.\d\d\) \|/);
  });

  it('leads from every number to its run', async () => {
    const run = stored(runSpec('sts', 1));
    const page = (await build([run]))('index.md');
    const short = run.result.identity.slice(0, 12);
    expect(page).toContain(`[\`${short}\`][${short}]`);
    expect(page).toContain(`[${short}]: ../../${run.result.identity}/result.json`);
  });

  it('says where there is no number', async () => {
    const page = (await build([stored(runSpec('sts', 1), 400)]))('index.md');
    expect(page).toContain('partial (400 of 1,000 steps)');
    expect(page).toContain('Numbers of unfinished runs: STS.');
    expect(page).toContain('not available to us');
    expect(page).toContain('not run (different tier: small)');
  });

  it('names unverified data in its title', async () => {
    const run = runSpec('sts', 1);
    const manifests = run.data.manifests.map((manifest) => ({ ...manifest, verified: false }));
    const page = (await build([stored({ ...run, data: { ...run.data, manifests } })]))('index.md');
    expect(page).toContain('# FixMatch with four kinds of teacher (unverified data)');
  });

  it('puts numbers that need no network, and other metrics, beside the headline', async () => {
    const run = stored(runSpec('supervised', 1));
    const raw = {
      name: 'knn',
      title: 'nearest neighbours',
      whose: 'none',
      split: 'test',
      rule: 'last',
      value: 72.6,
      unit: '%',
      n: 10_000,
    } as const;
    const page = (await build([{ ...run, result: { ...run.result, measures: [...run.result.measures, raw] } }]))(
      'index.md',
    );
    expect(page).toContain('### Other measures');
    expect(page).toMatch(
      /\| supervised, same labels \| nearest neighbours \(%\) +\| – +\| test +\| last +\| 72\.60 \|/,
    );
  });
});

describe('the classes', () => {
  const named = (classes: readonly string[], perClass: readonly (readonly number[])[], seed = 1): StoredResult => {
    const run = stored(runSpec('sts', seed));
    const splits = run.result.splits.map((split, i) => ({ ...split, perClass: [...perClass[i]!] }));
    return { ...run, result: { ...run.result, splits, classes: [...classes] } };
  };
  const lines = (page: string): string[][] =>
    page
      .split('\n')
      .filter((line) => line.startsWith('| '))
      .map((line) => line.split('|').map((cell) => cell.trim()).slice(1, -1)); // prettier-ignore

  it('are named with the images that each split has of them, once for seeds that agree', async () => {
    const same = ['cat', 'dog|<b>'];
    const results = [1, 2].map((seed) => named(same, [[30, 10], [500, 500]], seed)); // prettier-ignore
    const page = (await build(results, plan({}, [1, 2])))('index.md');
    expect(page.match(/Images of each class:/g)).toHaveLength(1);
    expect(lines(page)).toContainEqual(['class', 'labelled', 'held-out']);
    expect(lines(page)).toContainEqual(['cat', '30', '500']);
    expect(page).not.toContain('<b>');

    const apart = [named(same, [[30, 10], [500, 500]]), named(same, [[10, 30], [500, 500]], 2)]; // prettier-ignore
    const both = (await build(apart, plan({}, [1, 2])))('index.md');
    expect(both).toContain('Images of each class, seed 1:');
    expect(both).toContain('Images of each class, seed 2:');
  });

  it('are too many to be listed where there are more than a hundred, and absent where no result names them', async () => {
    const classes = Array.from({ length: 101 }, (_, k) => `class ${k}`);
    const page = (await build([named(classes, [classes.map(() => 4), classes.map((_, k) => k + 1000)])]))('index.md');
    expect(page).toContain('101 classes: labelled 4 of each; held-out 1,000 to 1,100 of each.');
    expect(page).not.toContain('class 7 ');
    expect((await build())('index.md')).not.toMatch(/of each/);
  });
});

describe('the evidence', () => {
  it('is whatever the results declare, with what it means', async () => {
    const page = (await build())('index.md');
    expect(page).toMatch(/\| arm +\| +steps \| +pull \| +units kept \| +labels right \(%\) \|/);
    expect(page).toMatch(/\| STS +\| +1,000 \| +0\.98 \| +0\.5012 \| +81\.2 \|/);
    expect(page).toContain(
      'Pull: how strongly it is pulled; by the schedules of its settings. Units kept: over all steps. Labels right: over the last tenth of the run.',
    );
  });
});

describe('table.csv and measures.csv', () => {
  it('hold six decimals, and no noise of binary fractions', async () => {
    const run = stored(runSpec('sts', 1));
    const value = 70.740000000000009;
    const measures = run.result.measures.map((m) => (m.whose === 'teacher' ? { ...m, value } : m));
    const file = await build([{ ...run, result: { ...run.result, measures } }]);
    const line = records(file('table.csv')).find(({ arm, tier }) => arm === 'sts' && tier === 'small');
    expect(Number(line?.['teacher_mean'])).toBe(70.74);
    expect(line).toMatchObject({ pull: '0.98', kept: '0.5012', right_labels: '81.23' });
    expect(line).toMatchObject({ state: 'complete', seeds: '1', identities: run.result.identity, teacher_sd: '' });
    expect(records(file('measures.csv')).find(({ whose }) => whose === 'teacher')?.['value']).toBe('70.74');
    const third = run.result.measures.map((m) => ({ ...m, value: 1 / 3 }));
    const again = await build([{ ...run, result: { ...run.result, measures: third } }]);
    expect(new Set(records(again('measures.csv')).map(({ value: text }) => text))).toEqual(new Set(['0.333333']));
  });

  it('have a line for every arm of every tier, run or not', async () => {
    const lines = records((await build([]))('table.csv'));
    expect(lines).toHaveLength(12);
    expect(new Set(lines.map(({ basis }) => basis))).toEqual(new Set(['not run']));
  });
});
