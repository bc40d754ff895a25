import { join, resolve } from 'node:path';

import type { Plan } from '@spatial-ensemble/record';
import { readTables } from '@spatial-ensemble/store';
import { describe, expect, it } from 'vitest';

import { buildCatalogue, checkCells, digest } from '../src/index.ts';
import { claim, claiming, PILOT, runsOf } from './claims/claiming.ts';
import { allResults, asked, plan, runSpec, stored } from './synthetic.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const TABLES = join(ROOT, 'experiments/tables');

describe('the committed tables', () => {
  it('are valid, and hold what the official Readme prints', async () => {
    const tables = await readTables(TABLES);
    const cells = tables.find(({ id }) => id === 'imagenet-linear')?.cells ?? [];
    const sts = (epochs: number) => cells.find(({ id }) => id === `byol-sts-${epochs}-top1`)?.value;
    expect([200, 300, 1000].map(sts)).toEqual([72.7, 73, 74.5]);
    expect(cells.find(({ id }) => id === 'moco-sts-200-top1')?.status).toBe('not available to us');
  });

  it('call no number of another publication the paper’s', async () => {
    const cells = (await readTables(TABLES)).flatMap((table) => table.cells);
    expect(cells.filter(({ origin, value }) => origin === 'the paper' && value !== null)).toEqual([]);
  });
});

describe('checkCells', () => {
  const cell = { table: 'fixmatch', cell: 'sts-cifar10-40', arm: 'sts', expected: null, source: 'x' };
  it.each([
    ['an unknown table', { ...cell, table: 'fixmach' }, /unknown table. Did you mean 'fixmatch'\?/],
    ['an unknown cell', { ...cell, cell: 'sts-cifar10-41' }, /unknown cell. Did you mean 'sts-cifar10-40'\?/],
    ['another number', { ...cell, expected: 93 }, /the study expects 93, the table holds null/],
  ])('refuses %s', async (_what, changed, message) => {
    const tables = await readTables(TABLES);
    expect(() => checkCells(plan({ paper: [changed] }), tables)).toThrow(message);
    expect(() => checkCells(plan({ paper: [cell] }), tables)).not.toThrow();
  });
});

describe('buildCatalogue', () => {
  it('lists the studies, and puts ours beside what is published', async () => {
    const files = await buildCatalogue(
      [{ plan: plan(), results: [...allResults(), stored(runSpec('tma', 1, 'paper'))] }],
      await readTables(TABLES),
      'reports',
    );
    expect(files.get('index.md')).toMatch(
      /\[FixMatch with four kinds of teacher\]\(synthetic\/index\.md\) \| \[Tier `small`\]\(synthetic\/index\.md#small\) +\| Fashion-MNIST[^|]+\| +6 \| 6 complete/,
    );
    const paper = files.get('paper.md') as string;
    expect(paper).toMatch(
      /\| FixMatch \+ STS +\| CIFAR-10, 40 labels +\| +not available to us .*\[synthetic\]\(synthetic\/index\.md\): not run \(different tier: small\)/,
    );
    expect(paper).toMatch(
      /\| FixMatch +\| CIFAR-10, 40 labels +\| +86\.19 ± 3\.37 % .*\[synthetic\]\(synthetic\/index\.md\): \d\d\.\d\d, complete +\|/,
    );
    expect([...files.keys()]).toContain('synthetic/table.csv');
    expect(files.get('index.md')).toContain('Generated from `experiments/results` and `experiments/tables` by');
  });

  it('puts verdicts of other settings beside the numbers that they are about, and says which are exploratory', async () => {
    const about = [{ table: 'fixmatch', cell: 'sts-gain-cifar10' }];
    const results = runsOf({ ...PILOT, sts: PILOT['tma']!.map((value, i) => value + 2 + i / 10) });
    const asking = claiming(8, { better: claim({ hypothesis: 'STS beats TMA', about }) });
    const paperOf = async (plan: Plan) =>
      String((await buildCatalogue([{ plan, results }], await readTables(TABLES), 'reports')).get('paper.md'));
    const link = '[FixMatch with four kinds of teacher, trained on Fashion-MNIST, tier `small`](synthetic/index.md#small-better)'; // prettier-ignore
    const declared = await paperOf(asked(asking, results));
    expect(declared).toContain(`STS beats TMA ${link}: supported`);
    expect(declared.match(/asked elsewhere/g)).toHaveLength(1);
    const after = results.map(({ result }) => result.identity);
    const later = { ...asking.declared, claims: { better: { ...asking.declared.claims!['better']!, after } } };
    expect(await paperOf(asked({ ...asking, declared: later }, results))).toContain(
      `STS beats TMA (exploratory) ${link}`,
    );
    const stranger = claim({ about: [{ table: 'fixmatch', cell: 'sts-gian' }] });
    await expect(paperOf(asked(claiming(8, { stranger }), results))).rejects.toThrow(
      /claim stranger: no table of published numbers has the cell fixmatch\/sts-gian/,
    );
  });

  it('says of a tier that is wiring why it decides nothing, and shows no difference there', async () => {
    const why = 'features stay below raw pixels.';
    const read = async (wiring?: string) => {
      const small = wiring === undefined ? {} : { wiring };
      const studies = [{ plan: plan({ tiers: { small, paper: { seeds: [1] } } }), results: allResults() }];
      const files = await buildCatalogue(studies, await readTables(TABLES), 'reports');
      return [files.get('synthetic/index.md') as string, files.get('index.md') as string, files.get('index.html') as string, digest(studies, [], 'reports')]; // prettier-ignore
    };
    const [page, index, html, front] = await read(why);
    expect(page).toContain(`**Wiring:** ${why}`);
    expect(page).not.toContain('over supervised');
    expect(index).toContain(`(synthetic/index.md#small). **Wiring:** ${why}`);
    expect(html!.match(/<strong>Wiring:<\/strong> features stay below/g)).toHaveLength(2);
    expect(front).toContain(`- Wiring: ${why} [`);
    const [plainPage, plainIndex, , plainFront] = await read();
    expect(plainPage).toContain('over supervised');
    expect([plainPage, plainIndex, plainFront].join()).not.toContain('Wiring:');
  });

  it('names the folders that it is made from', async () => {
    const files = await buildCatalogue([], [], 'reports', { from: { results: 'results', tables: 'tables' } });
    expect(files.get('index.md')).toContain('Generated from `results` and `tables` by');
    expect(files.get('index.html')).not.toContain('experiments/');
  });
});
