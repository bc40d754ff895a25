import { type Json, type Plan } from '@spatial-ensemble/record';

import type { Block } from '../blocks.ts';
import type { Row, Section } from '../rows.ts';
import { type Column, type Content, table } from '../tabular.ts';
import { ABSENT, code, plain, prose } from '../text.ts';
import { anchorsOf, type Entry, type Ledger, touching } from './ledger.ts';

/** Where the ledger lies in a folder of reports. */
export const LEDGER_FILE = 'deviations.md';

/** A row of a report, with its study. */
export interface PlacedRow {
  readonly plan: Plan;
  readonly section: Section;
  readonly row: Row;
}

/**
 * What stands beside a published number of the deviations that touch ours: `D3 D7`, each a link.
 *
 * @param toFolder from the page to the folder of the ledger: `../`
 */
export function deviationLinks(ledger: Ledger, { plan, section, row }: PlacedRow, toFolder: string): Content {
  return linksTo(touching(ledger, plan, section, row), toFolder);
}

/** The same of a row that a gate holds against a published number, a sentence for each such row: beside no cell of a paper. */
export function anchorTexts(ledger: Ledger, plan: Plan, section: Section, toFolder: string): string[] {
  return section.rows.flatMap((row) =>
    anchorsOf(plan, section, row).map((recipe) => {
      const title = plain(plan.study.recipes?.[recipe]?.title ?? recipe);
      const entries = touching(ledger, plan, section, row);
      return `Departures of ${plain(row.arm.title)} from ${title}: ${linksText(entries, toFolder) || 'none is known'}.`;
    }),
  );
}

/** The same of a cell of a paper's table, whichever rows stand for it. */
export function cellDeviations(
  ledger: Ledger,
  rows: readonly PlacedRow[],
  { table: name, cell }: { readonly table: string; readonly cell: string },
): Content {
  const touched = rows
    .filter(({ row }) => cellsOf(row).some((one) => one.table === name && one.cell === cell))
    .flatMap(({ plan, section, row }) => touching(ledger, plan, section, row));
  return linksTo(
    ledger.filter((entry) => touched.includes(entry)),
    '',
  );
}

function linksTo(entries: readonly Entry[], toFolder: string): Content {
  return { markdown: linksText(entries, toFolder) || ABSENT };
}

function linksText(entries: readonly Entry[], toFolder: string): string {
  return entries.map(({ id }) => `[${id}](${toFolder}${LEDGER_FILE}#${id.toLowerCase()})`).join(' ');
}

/** The page of all deviations: those marked in the code, and those of declarations, each with the cells that it touches. */
export function ledgerBlocks(ledger: Ledger, rows: readonly PlacedRow[]): Block[] {
  const cells = new Map<string, string[]>();
  for (const { plan, section, row } of rows)
    for (const { id } of touching(ledger, plan, section, row))
      cells.set(id, [
        ...(cells.get(id) ?? []),
        ...cellsOf(row).map(({ table: name, cell }) => `${name}/${cell}`),
        ...anchorsOf(plan, section, row).map((recipe) => `anchor of ${plan.study.name}: ${recipe}`),
      ]);
  const touched = ({ id }: Entry): string => [...new Set(cells.get(id))].join(', ') || ABSENT;
  const anchor = <T extends Entry>(): Column<T> => [
    'number',
    'l',
    ({ id }) => ({ markdown: `<a id="${id.toLowerCase()}"></a>${id}` }),
  ];
  const marks = ledger.filter((entry) => 'mark' in entry);
  const declared = ledger.filter((entry) => 'departure' in entry);
  return [
    '# Where this departs from its sources',
    'What is computed here otherwise than by the code or the paper that a published number comes from. A published number stands beside ours with the numbers of these lines.',
    '## In the code',
    'Each is marked `DEVIATION` where it is computed, with its reason.',
    table('Deviations in the code', marks, [
      anchor(),
      ['what', 'l', ({ mark }) => ({ markdown: prose(mark.text) })],
      ['where', 'l', ({ mark }) => ({ markdown: `[${plain(mark.file)}](../${encodeURI(mark.file)})` })],
      ['of', 'l', ({ mark }) => ({ markdown: scopeText(mark) })],
      ['published cells', 'l', touched],
    ]),
    '## In what is declared',
    declared.length === 0
      ? 'Nothing: every study that names what its cells are of declares the same.'
      : 'Settings of runs beside a published number, of the tier `paper` or behind a gate, that differ from those which it was made with.',
    ...(declared.length === 0
      ? []
      : [
          table('Deviations in what is declared', declared, [
            anchor(),
            ['study', 'l', ({ study }) => ({ markdown: `[${plain(study)}](${encodeURI(study)}/index.md)` })],
            ['than', 'l', ({ study, departure }) => recipeText(rows, study, departure.recipe)],
            ['setting', 'l', ({ departure }) => ({ markdown: code(departure.path) })],
            ['published', 'r', ({ departure }) => valueText(departure.published)],
            ['here', 'r', ({ departure }) => valueText(departure.here)],
            ['published cells', 'l', touched],
          ]),
        ]),
  ];
}

function cellsOf({ paper }: Row): Row['paper'] {
  return paper.filter(({ expected }) => expected !== null);
}

function scopeText({
  of,
  where,
}: {
  readonly of: readonly string[];
  readonly where: readonly { readonly path: string; readonly value: string }[];
}): string {
  const names = of.map((name) => code(name)).join(', ');
  return where.length === 0
    ? names
    : `${names} where ${where.map(({ path, value }) => code(`${path}=${value}`)).join(', ')}`;
}

function recipeText(rows: readonly PlacedRow[], study: string, recipe: string): string {
  const found = rows.find(({ plan }) => plan.study.name === study)?.plan.study.recipes?.[recipe];
  return found === undefined ? recipe : `${found.title} (${found.source})`;
}

function valueText(value: Json | undefined): string {
  if (value === undefined) return ABSENT;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
