import { type PaperTable, type Plan, reportsCommand, suggestion } from '@spatial-ensemble/record';

import type { Files } from './files.ts';
import { type Block, type DrawnFigure, markdownOf, present } from './blocks.ts';
import { facetsOf } from './facets.ts';
import { htmlPage } from './html/page.ts';
import type { StudyPage } from './page.ts';
import { type Link, linkFrom } from './run-links.ts';
import { sectionAnchor, sectionTitle, settingLink, wiringText } from './section-names.ts';
import { buildStudy, type ReportOptions } from './report.ts';
import { ledgerOf } from './deviations/ledger.ts';
import { cellDeviations, LEDGER_FILE, ledgerBlocks } from './deviations/ledger-page.ts';
import type { Mark } from './deviations/mark.ts';
import { declaredSettings } from './declared.ts';
import { headlineSample, type Section, sections, trainedOn } from './rows.ts';
import { runStates } from './pairing.ts';
import type { Setting } from './decided/behind.ts';
import { decidedCsv } from './decided/csv.ts';
import { forestLines } from './decided/forest-lines.ts';
import { type IndexLine, indexLines, settingsOf, type StudyResults } from './decided/index-lines.ts';
import { decidedLatex, decidedTable } from './decided/table.ts';
import { askedText } from './decided/texts.ts';
import { drawn } from './figures/draw.ts';
import { forest } from './figures/forest.ts';
import { type Content, table } from './tabular.ts';
import { ABSENT, code, plain, prose, rowStatesText, sampleText, tallyText } from './text.ts';
import { verdict } from './verdict.ts';

/** Where accepted results and tables of published numbers lie. */
export interface MadeFrom {
  readonly results: string;
  readonly tables: string;
}

const REPOSITORY: MadeFrom = { results: 'experiments/results', tables: 'experiments/tables' };

/**
 * All reports of a repository: a folder for each study, `index.md` that lists them and all that they decide (`claims.csv`
 * and `claims.tex` too), `paper.md` with what is published
 * beside ours, `deviations.md`, how what is computed here departs from its sources, and `index.html`, which has all of it.
 *
 * @param options.marks the deviations that the code names; a report knows no code
 * @param options.from the folders of results and of tables, as the reports are to name them
 *
 * @throws Error where a study names a cell that the tables do not have, or expects another number or another spread than they hold.
 */
export async function buildCatalogue(
  studies: readonly StudyResults[],
  tables: readonly PaperTable[],
  folder: string,
  { marks = [], from = REPOSITORY, ...options }: Omit<ReportOptions, 'ledger'> & { readonly marks?: readonly Mark[]; readonly from?: MadeFrom } = {}, // prettier-ignore
): Promise<Files> {
  for (const { plan } of studies) checkCells(plan, tables);
  const ledger = ledgerOf(
    marks,
    studies.map(({ plan }) => plan),
  );
  const files = new Map<string, string | Uint8Array>();
  const pages: StudyPage[] = [];
  for (const { plan, results } of studies) {
    const { name } = plan.study;
    const { files: own, page } = await buildStudy(results, plan, `${folder}/${name}`, { ...options, ledger });
    pages.push(page);
    for (const [path, content] of own) files.set(`${name}/${path}`, content);
  }
  const settings = settingsOf(studies);
  const claims = indexLines(settings);
  if (claims.length > 0) {
    files.set('claims.csv', decidedCsv(claims));
    files.set('claims.tex', `${decidedLatex(claims)}\n`);
  }
  const drawing = await forestOf(claims, options);
  for (const [path, content] of drawing?.files ?? []) files.set(path, content);
  const rows = settings.flatMap(({ plan, section }) => section.rows.map((row) => ({ plan, section, row })));
  const index = indexBlocks(settings, claims, drawing?.figure, from);
  const others = [
    ['paper.md', paperBlocks(studies, claims, tables, (cell) => cellDeviations(ledger, rows, cell))],
    [LEDGER_FILE, ledgerBlocks(ledger, rows)],
  ] as const;
  for (const [path, blocks] of [['index.md', index] as const, ...others])
    files.set(path, `${markdownOf(['<!-- Generated from results; do not edit. -->', ...blocks])}\n`);
  const link: Link = (stored) => linkFrom(folder, stored);
  files.set('index.html', `${htmlPage({ index, studies: pages, others: new Map(others) }, link)}\n`);
  return files;
}

/** The tables are where the paper's numbers are kept; a study that copies one wrongly is caught here. */
export function checkCells(plan: Plan, tables: readonly PaperTable[]): void {
  for (const [name, { about = [] }] of Object.entries(plan.study.claims ?? {})) {
    for (const { table: id, cell } of about) {
      if (tables.find((one) => one.id === id)?.cells.some((one) => one.id === cell) !== true)
        throw new Error(
          `study ${plan.study.name}, claim ${name}: no table of published numbers has the cell ${id}/${cell}`,
        );
    }
  }
  for (const cell of plan.study.paper) {
    const where = `study ${plan.study.name}, paper cell ${cell.table}/${cell.cell}`;
    const found = tables.find(({ id }) => id === cell.table);
    if (found === undefined) {
      throw new Error(
        `${where}: unknown table.${suggestion(
          cell.table,
          tables.map(({ id }) => id),
        )}`,
      );
    }
    const published = found.cells.find(({ id }) => id === cell.cell);
    if (published === undefined) {
      throw new Error(
        `${where}: unknown cell.${suggestion(
          cell.cell,
          found.cells.map(({ id }) => id),
        )}`,
      );
    }
    if (published.value !== cell.expected) {
      throw new Error(
        `${where}: the study expects ${cell.expected}, the table holds ${published.value}. Correct the one that is wrong.`,
      );
    }
    if (cell.spread !== undefined && published.spread !== cell.spread.standardDeviation) {
      throw new Error(
        `${where}: the study has a standard deviation of ${cell.spread.standardDeviation}, the table holds ${published.spread ?? 'none'}. Correct the one that is wrong.`,
      );
    }
  }
}

/** The figure of what was decided with an estimate. */
async function forestOf(claims: readonly IndexLine[], options: ReportOptions) {
  const lines = forestLines(claims);
  const specification = forest(lines);
  const title = `Claims: ${lines.map(({ claim, setting, verdict }) => `${claim} (${setting}): ${verdict}`).join('; ')}`;
  return specification && (await drawn('claims', title, specification, options));
}

function indexBlocks(
  settings: readonly Setting[],
  claims: readonly IndexLine[],
  figure: DrawnFigure | undefined,
  from: MadeFrom,
): Block[] {
  return [
    '# Reports',
    `Generated from ${code(from.results)} and ${code(from.tables)} by \`${reportsCommand()}\`. [What the paper prints, cell by cell](paper.md). [Where this departs from its sources](deviations.md).`,
    '## Claims',
    ...(claims.length === 0
      ? ['No study declares a claim yet.']
      : [
          decidedTable(claims),
          'Nulls stand beside finds; [how a verdict comes about](README.md#claims). The same rows as [CSV](claims.csv), to six decimals, and for [LaTeX](claims.tex). Of a factor the estimate is of its last level over its first, of a failure rate the share of lone failures.',
          ...(figure === undefined ? [] : [figure]),
        ]),
    '## Studies',
    settings.length === 0
      ? 'No results have been accepted yet.'
      : table(
          'Studies',
          settings,
          [
            ['study', 'l', ({ plan }) => ({ markdown: studyLink(plan) })],
            [
              'setting',
              'l',
              ({ plan, section }) => ({
                markdown: present([sectionLink(plan, section), wiringText(section)]).join('. '),
              }),
            ],
            ['trained on', 'l', ({ plan, section }) => ({ markdown: dataText(plan, section) })],
            ['arms', 'r', ({ section }) => String(section.rows.length)],
            ['runs', 'l', ({ section }) => tallyText(section.rows.flatMap(({ runs }) => runs))],
          ],
          { counted: 'settings', facets: ({ plan, section }) => facetsOf(plan, section) },
        ),
  ];
}

type Cell = PaperTable['cells'][number];

function studyLink({ study }: Plan): string {
  return `[${plain(study.title)}](${encodeURI(study.name)}/index.md)`;
}

function sectionLink({ study }: Plan, section: Section): string {
  return `[${sectionTitle(section)}](${encodeURI(study.name)}/index.md#${sectionAnchor(section)})`;
}

/** The data of a section's runs; where there are none, the source that is declared for them. */
function dataText(plan: Plan, section: Section): string {
  return (
    plain(trainedOn(section.rows).join('; ')) ||
    `not run; declared: ${code(String(declaredSettings(plan, section).data['source']))}`
  );
}

function paperBlocks(
  studies: readonly StudyResults[],
  claims: readonly IndexLine[],
  tables: readonly PaperTable[],
  deviations: (cell: { readonly table: string; readonly cell: string }) => Content,
): Block[] {
  return present([
    '# What the paper prints, and ours',
    'The body of the paper was not open to us. What stands here was read in its abstract, its official code, a leaderboard, or another publication; the column “from” says which. Everything else is “not available to us”.',
    ...knownFirst(tables).flatMap(({ id, title, note, cells }) => [
      `## ${plain(title)}`,
      note === undefined ? undefined : prose(note),
      table(title, cells, [
        ['row', 'l', ({ row }) => row],
        ['column', 'l', ({ column }) => column],
        [
          'published',
          'r',
          ({ value, spread, unit, status }) =>
            value === null ? status : `${value}${spread === undefined ? '' : ` ± ${spread}`} ${unit}`,
        ],
        [
          'from',
          'l',
          ({ origin, status }) =>
            status === 'secondary' ? `${origin}, quoted` : status === 'verified' ? origin : ABSENT,
        ],
        ['source', 'l', ({ source }) => source ?? ABSENT],
        ['note', 'l', ({ note: text }) => text ?? ''],
        ['ours', 'l', ({ id: cell }) => ({ markdown: oursText(studies, id, cell) })],
        ...asked(claims, id, cells),
        ['departures', 'l', ({ id: cell }) => deviations({ table: id, cell })],
      ]),
    ]),
  ]);
}

/** Tables of which something is known come first. */
function knownFirst(tables: readonly PaperTable[]): PaperTable[] {
  const known = ({ cells }: PaperTable): number => (cells.some(({ value }) => value !== null) ? 0 : 1);
  return [...tables].sort((a, b) => known(a) - known(b) || (a.id < b.id ? -1 : 1));
}

/** Our number for a published cell: from the paper tier of the study that stands for it, never from a smaller one. */
function oursText(studies: readonly StudyResults[], tableId: string, cellId: string): string {
  const texts = studies.flatMap(({ plan, results }) => {
    const { name, headline } = plan.study;
    const rows = sections(plan, runStates(plan, results)).flatMap((section) => section.rows);
    return rows.flatMap((row) =>
      row.paper
        .filter(({ table: t, cell }) => t === tableId && cell === cellId)
        .map((cell) => {
          const ours =
            row.shown.length === 0 ? null : sampleText(headlineSample(row, headline, headline.whose, cell.metric));
          const parts = [ours, rowStatesText(row), verdict(cell, row, headline)].filter((part) => part !== null);
          return `[${plain(name)}](${encodeURI(name)}/index.md): ${plain(parts.join(', '))}`;
        }),
    );
  });
  return texts.length === 0 ? 'no results' : texts.join('; ');
}

/** A column of verdicts in settings of their own, where there are any. */
function asked(claims: readonly IndexLine[], id: string, cells: PaperTable['cells']) {
  const texts = new Map(cells.map(({ id: cell }) => [cell, elsewhereText(claims, id, cell)]));
  const column = ['asked elsewhere', 'l', (cell: Cell) => ({ markdown: texts.get(cell.id)! })] as const;
  return [...texts.values()].every((text) => text === '') ? [] : [column];
}

/** What became of a published number's question in settings of their own, whose numbers do not stand beside it. */
function elsewhereText(claims: readonly IndexLine[], table: string, cell: string): string {
  return claims
    .filter((line) => {
      const { about = [] } = (line.kind === 'claim' ? line.plan.study.claims?.[line.name] : undefined) ?? {};
      return line.pairs > 0 && about.some((one) => one.table === table && one.cell === cell);
    })
    .map((line) => {
      const { plan, section, anchor, text } = line;
      return `${plain(askedText(line))} ${settingLink(plan, section, anchor)}: ${plain(text)}`;
    })
    .join('; ');
}
