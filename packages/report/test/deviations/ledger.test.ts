import { join } from 'node:path';

import { readTables } from '@spatial-ensemble/store';
import { describe, expect, test } from 'vitest';

import { type Mark } from '../../src/index.ts';
import { buildCatalogue } from '../../src/catalogue.ts';
import { ledgerOf, touching } from '../../src/deviations/ledger.ts';
import { runStates } from '../../src/pairing.ts';
import { sections } from '../../src/rows.ts';
import { plan, runSpec, stored } from '../synthetic.ts';

const TABLES = join(import.meta.dirname, '../../../../experiments/tables');

const mark = (of: string, ...where: readonly string[]): Mark => ({
  file: 'packages/x/src/x.ts',
  of: of.split(' '),
  where: where.map((condition) => {
    const [path, value] = condition.split('=') as [string, string];
    return { path, value };
  }),
  text: `of ${of}`,
});

const DEPARTURE = { recipe: 'official', path: 'steps', published: 4000, here: 1000 };

/** The study with a recipe, from which the runs of TMA at the tier `paper` depart. */
function departing() {
  const given = plan();
  return {
    ...given,
    study: {
      ...given.study,
      recipes: { official: { title: 'the official one', source: 'a/b@c', spec: {}, data: {} } },
    },
    runs: given.runs.map((run) =>
      run.tier === 'paper' && run.arm === 'tma' ? { ...run, departures: [DEPARTURE] } : run,
    ),
  };
}

function touched(marks: readonly Mark[], arm: string, tier = 'paper'): string[] {
  const declared = departing();
  const section = sections(declared, runStates(declared, [])).find((one) => one.tier === tier)!;
  const row = section.rows.find(({ name }) => name === arm)!;
  return touching(ledgerOf(marks, [declared]), declared, section, row).map(({ id }) => id);
}

describe('what touches a published number', () => {
  const marks = [
    mark('fixmatch'),
    mark('moco byol'),
    mark('synthetic', 'teacher=tma'),
    mark('fixmatch', 'teacher=sts'),
    mark('fashion-mnist', 'labelsPerClass=4'),
    mark('none'),
  ];

  test('the marks of its method, study and images whose settings hold, and what its arm declares otherwise', () => {
    expect(touched(marks, 'tma')).toEqual(['D1', 'D3', 'D5', 'D7']);
  });

  test('nothing where nothing is published: an arm of no number, a smaller tier', () => {
    expect(touched(marks, 'sts')).toEqual([]);
    expect(touched(marks, 'tma', 'small')).toEqual([]);
  });

  test('of an arm that a gate holds against a number, at that gate’s tier, and a sentence says so', async () => {
    const given = departing();
    const recipes = {
      official: { ...given.study.recipes.official, anchors: { tier: 'small' as const, arm: 'sts' } },
    };
    const anchored = { ...given, study: { ...given.study, recipes } };
    const section = sections(anchored, runStates(anchored, [])).find(({ tier }) => tier === 'small')!;
    const row = section.rows.find(({ name }) => name === 'sts')!;
    expect(touching(ledgerOf(marks, [anchored]), anchored, section, row).map(({ id }) => id)).toEqual([
      'D1',
      'D4',
      'D5',
    ]);
    const files = await buildCatalogue(
      [{ plan: anchored, results: [stored(runSpec('sts', 1))] }],
      await readTables(TABLES),
      'reports',
      { marks },
    );
    expect(files.get('synthetic/index.md')).toContain(
      'Departures of STS from the official one: [D1](../deviations.md#d1) [D4](../deviations.md#d4) [D5](../deviations.md#d5).',
    );
    expect(files.get('deviations.md')).toMatch(/<a id="d4"><\/a>D4 .*anchor of synthetic: official/);
  });

  test('stands beside the number, on the page of the study and on that of the paper, each a link to its line', async () => {
    const files = await buildCatalogue([{ plan: departing(), results: [] }], await readTables(TABLES), 'reports', {
      marks,
    });
    const links = (folder: string) => ['d1', 'd3', 'd5', 'd7'].map((id) => `[${id.toUpperCase()}](${folder}deviations.md#${id})`).join(' '); // prettier-ignore
    expect(files.get('synthetic/index.md')).toContain(links('../'));
    expect(files.get('paper.md')).toContain(links(''));
    const ledger = files.get('deviations.md') as string;
    expect(ledger).toMatch(
      /<a id="d1"><\/a>D1 +\| of fixmatch +\| \[packages\/x\/src\/x\.ts\].* fixmatch\/fixmatch-cifar10-40 +\|/,
    );
    expect(ledger).toMatch(/<a id="d6"><\/a>D6 .*\| – +\|/);
    expect(ledger).toMatch(/<a id="d7"><\/a>D7 .*the official one \(a\/b@c\) +\| `steps` +\| +4000 \| +1000 \|/);
  });
});
