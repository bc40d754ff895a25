import { type Cost, type Headline, type Plan, runCommand, type Tier } from '@spatial-ensemble/record';

import { type Block, type DrawnFigure, markdownOf, present } from './blocks.ts';
import { classBlocks } from './classes.ts';
import { claimsTable, claimsTexts, gatesTable } from './claims/claims-table.ts';
import { differenceLines, differencesTable, spreadTable } from './claims/differences-table.ts';
import { failureOutcomes } from './claims/failure-outcomes.ts';
import { failureBlocks } from './claims/failure-tables.ts';
import { comparisonsOf, gatesOf, outcomesOf } from './claims/outcomes.ts';
import { hasCurves } from './curves/curves-csv.ts';
import { curveBlocks } from './curves/page-blocks.ts';
import { standsOnText } from './decided/stands-on-text.ts';
import type { Ledger } from './deviations/ledger.ts';
import { anchorTexts, deviationLinks } from './deviations/ledger-page.ts';
import { differingBlocks } from './differing.ts';
import { evidenceMeanings } from './evidence.ts';
import { pooledText } from './pools.ts';
import { dataOf, othersTexts, provenance } from './provenance.ts';
import { behind, type Row, type Section, trainedOn } from './rows.ts';
import { isWiringCheck } from './states.ts';
import { factorsOf } from './factors/outcomes.ts';
import { factorBlocks } from './factors/page-blocks.ts';
import { type Link, runDefinitions } from './run-links.ts';
import { gatesAnchor, sectionAnchor, sectionTitle, wiringText } from './section-names.ts';
import { sweepBlocks } from './sweeps/page-blocks.ts';
import type { SweptGrid } from './sweeps/points.ts';
import { evidenceTable, headlineTable, marginsTable, otherMeasuresTable, runsTable } from './tables.ts';
import { table } from './tabular.ts';
import { ABSENT, capitalised, code, paperText, plain, plural, prose } from './text.ts';
import { marginText } from './verdict.ts';
import { wordsOf } from './words.ts';

/** A section with its figures, and what was swept in it. */
export interface IllustratedSection {
  readonly section: Section;
  readonly grids: readonly SweptGrid[];
  readonly figures: readonly DrawnFigure[];
}

/** The page of one study, before it has a form. */
export interface StudyPage {
  readonly plan: Plan;
  readonly opening: readonly Block[];
  readonly sections: readonly { readonly section: Section; readonly blocks: readonly Block[] }[];
  readonly closing: readonly Block[];
  /** Where the links to runs lead, relative to the page's folder: Markdown. */
  readonly definitions: string;
}

/** A study's page in Markdown, as GitHub renders it. */
export function studyMarkdown({ opening, sections, closing, definitions }: StudyPage): string {
  return markdownOf([
    '<!-- Generated from results; do not edit. -->',
    ...opening,
    ...sections.flatMap(({ section, blocks }) => [`<a id="${sectionAnchor(section)}"></a>`, ...blocks]),
    ...closing,
    definitions,
  ]);
}

export function studyPage(
  plan: Plan,
  illustrated: readonly IllustratedSection[],
  link: Link,
  ledger?: Ledger,
): StudyPage {
  const linked = illustrated.flatMap((one) =>
    allRows(one).flatMap(({ runs, evaluations }) =>
      [...runs, ...evaluations].flatMap(({ state, others }) => [
        ...('stored' in state ? [state.stored] : []),
        ...others.map(({ stored }) => stored),
      ]),
    ),
  );
  const unverified = illustrated.some((one) => dataOf(allRows(one)).some(({ verified }) => !verified));
  const sections = illustrated.map((one) => ({ section: one.section, blocks: sectionBlocks(plan, one, ledger) }));
  const closing = paperBlocks(plan);
  const body = markdownOf([plan.study.description, ...sections.flatMap(({ blocks }) => blocks), ...closing]);
  return {
    plan,
    opening: openingBlocks(
      plan,
      unverified,
      wordsOf(body),
      illustrated.some(({ section }) => hasCurves(section.rows)),
    ),
    sections,
    closing,
    definitions: runDefinitions(linked, link),
  };
}

/** With those of its grids. */
function allRows({ section, grids }: IllustratedSection): Row[] {
  return [...section.rows, ...grids.flatMap(({ points }) => points.map(({ row }) => row))];
}

function openingBlocks(
  { study, method, sweeps }: Plan,
  unverified: boolean,
  words: readonly string[],
  curves: boolean,
): Block[] {
  return present([
    `# ${plain(study.title)}${unverified ? ' (unverified data)' : ''}`,
    study.description === undefined ? undefined : prose(study.description),
    [
      `- Study ${code(study.name)}, method ${code(method.name)} version ${method.version}.`,
      `- Headline: ${plain(headlineText(study.headline))}`,
      `- Cost: ${costText(study.cost)}`,
      `- The same numbers to six decimals: [table.csv](table.csv), an arm a line; [measures.csv](measures.csv), a measure a line${
        curves ? '; [curves.csv](curves.csv), a point of a curve a line' : ''
      }${
        study.claims === undefined
          ? ''
          : '; [claims.csv](claims.csv) and [differences.csv](differences.csv), what is claimed and its pairs'
      }${study.factors === undefined ? '' : '; [factors.csv](factors.csv), a level a line'}${study.failures === undefined ? '' : '; [failures.csv](failures.csv), which runs failed'}${sweeps === undefined ? '' : '; [sweeps.csv](sweeps.csv), what was swept'}.`,
    ].join('\n'),
    ...(words.length === 0 ? [] : ['## Words', words.join('\n')]),
  ]);
}

function sectionBlocks(
  plan: Plan,
  { section, grids, figures }: IllustratedSection,
  ledger: Ledger | undefined,
): Block[] {
  const { headline } = plan.study;
  const others = otherMeasuresTable(section, headline);
  const evidence = evidenceTable(section);
  const margins = marginsTable(section);
  const differing = differingBlocks(plan, section);
  const swept = sweepBlocks(grids, headline, (name) => figures.filter(({ under }) => under === name));
  const anyRun = section.rows.some(({ shown }) => shown.length > 0);
  if (!anyRun && section.tier !== 'paper')
    return present([
      `## ${sectionTitle(section)}`,
      wiringText(section),
      `Not run. ${code(commandText(plan, section))} runs it.`,
      ...claimsBlocks(plan, section),
      ...failureBlocks(plan, section, () => []),
      ...factorBlocks(plan, section, () => []),
      ...swept,
    ]);
  return present([
    `## ${[sectionTitle(section), ...trainedOn(section.rows).map(plain)].join(' · ')}`,
    TIER_TEXT[section.tier],
    wiringText(section),
    anyRun ? `Trained on: ${plain(trainedOn(section.rows).join('; '))}.` : undefined,
    anyRun ? seedsText(section.rows, decidedText(plan, section)) : undefined,
    pooledText(section.rows),
    headlineTable(section, headline, ledger && ((row) => deviationLinks(ledger, { plan, section, row }, '../'))),
    ...(ledger === undefined ? [] : anchorTexts(ledger, plan, section, '../')),
    ...basisTexts(section, code(commandText(plan, section))),
    ...claimsBlocks(plan, section),
    ...failureBlocks(plan, section, (name) => figures.filter(({ under }) => under === `failures-${name}`)),
    ...factorBlocks(plan, section, (name) => figures.filter(({ under }) => under === `factor-${name}`)),
    standsOnText(plan, section, ledger !== undefined),
    ...(differing === null ? [] : ['### What differs between the arms', ...differing]),
    ...(margins === null ? [] : ['### What the features are worth', margins, MARGINS_TEXT]),
    ...figures.filter(({ under }) => under === undefined),
    ...(evidence === null ? [] : ['### What the runs show', evidence, evidenceMeanings(section.rows)]),
    ...curveBlocks(section.rows, (name) => figures.filter(({ under }) => under === name)),
    ...(others === null ? [] : ['### Other measures', others]),
    ...swept,
    ...(anyRun
      ? [
          '### Runs',
          runsTable(section),
          ...othersTexts(section.rows),
          ...provenance(section.rows),
          ...classBlocks(section.rows),
        ]
      : []),
  ]);
}

const TIER_TEXT: Readonly<Record<Tier, string | undefined>> = {
  paper: undefined,
  gpu: 'A setting of hours on one GPU, with images, sizes and a number of steps of its own. The paper’s numbers belong to another setting, and do not stand beside these.',
  small:
    'A small setting for two CPU cores, with images, sizes and a number of steps of its own. The paper’s numbers belong to another setting, and do not stand beside these.',
  smoke: 'A run of seconds that shows that everything fits together. **Its accuracies mean nothing.**',
};

/** What the numbers rest on; a report never ranks, and says so where it would be tempting. */
function seedsText(rows: readonly Row[], decided: string | undefined): string {
  const counts = rows.filter(({ shown }) => shown.length > 0).map(({ shown }) => shown.length);
  const [fewest, most] = [Math.min(...counts), Math.max(...counts)];
  if (most === 1) {
    return '**One seed.** Each number is that of a single run. Differences between rows may be chance alone, so this report ranks nothing.';
  }
  const range = fewest === most ? `${most} seeds` : `${fewest} to ${most} seeds`;
  return `**${range}.** Mean ± sample standard deviation, then the single values in the order of the seeds. ${
    decided === undefined
      ? 'This report ranks nothing: so few seeds bound a difference only loosely.'
      : `Means of arms are not held against each other: what is decided stands under ${decided}, seed by seed.`
  }`;
}

/** Where a section says what it decides; undefined where it decides nothing. */
function decidedText(plan: Plan, section: Section): string | undefined {
  const titles = [
    ...(outcomesOf(plan, section).length > 0 ? ['Claims'] : []),
    ...(failureOutcomes(plan, section).length > 0 ? ['Failures'] : []),
    ...factorsOf(plan, section).map(({ factor }) => capitalised(factor.title)),
  ];
  return titles.length === 0 ? undefined : titles.map((title) => `_${plain(title)}_`).join(', ');
}

const VERDICT_TEXT =
  'How a verdict comes about: of a difference, the two-sided paired t decides, p adjusted by Holm over the primary claims ' +
  'of this section; at .05 it is supported on the claim’s side and refuted on the other. Else it is equivalent where two ' +
  'one-sided tests, adjusted alike, put it within the smallest effect of interest, and else undecided. That arms are ' +
  'equivalent, or one not worse, is tested at the margin. There is no verdict before the planned pairs are there, and none ' +
  'behind a gate that is not open. Exploratory is what was declared, as it is, after results of this section were there.';

const SPREAD_TEXT =
  'Splits and trainings are crossed: a pair is a split here, by its mean over all trainings, and one that lacks a training ' +
  'does not count. Intervals are of other splits by the same seeds of training. Where the spread is from, by a two-way ' +
  'analysis of variance and the method of moments (a variance below 0 is shown as 0):';

/** What a study claims of a section and what came out, then all statistics of its pairs. */
function claimsBlocks(plan: Plan, section: Section): Block[] {
  const outcomes = outcomesOf(plan, section);
  if (outcomes.length === 0) return [];
  const gates = gatesOf(plan, section);
  const differences = differenceLines(section.rows, comparisonsOf(plan, section), plan.study.headline);
  return [
    '### Claims',
    claimsTable(outcomes, section),
    claimsTexts(outcomes, section.tier)
      .map((line) => `- ${plain(line)}`)
      .join('\n'),
    VERDICT_TEXT,
    ...(gates.length === 0 ? [] : [`<a id="${gatesAnchor(section)}"></a>Gates:`, gatesTable(gates)]),
    '### Paired differences',
    differencesTable(differences),
    'Over the seeds that both arms have complete. The adjusted p under _Claims_ decides; the rest is shown.',
    ...(plan.study.crossed === undefined ? [] : [SPREAD_TEXT, spreadTable(differences)]),
  ];
}

/** The command that runs what a section shows. */
function commandText({ study }: Plan, { tier, variant }: Section): string {
  const first = Object.keys(study.variants ?? {})[0];
  const option = variant === null || variant.name === first ? '' : ` --variant ${variant.name}`;
  return `${runCommand(study.name, tier)}${option}`;
}

function basisTexts({ rows }: Section, command: string): string[] {
  const having = (is: (row: Row) => boolean): string | undefined => {
    const titles = rows.filter(is).map(({ arm }) => arm.title);
    return titles.length === 0 ? undefined : plain(titles.join('; '));
  };
  const wired = having((row) => behind(row).some(isWiringCheck));
  const partial = having(({ basis }) => basis === 'partial');
  const stale = having(({ basis }) => basis === 'stale');
  const unpaired = having(({ runs, evaluations }) =>
    [...runs, ...evaluations].some(({ state }) => state.kind === 'not paired'),
  );
  return [
    ...(wired === undefined
      ? []
      : [
          `**Wiring check**: ${wired}. Trained and tested on the same images, so that the numbers say only that everything fits together.`,
        ]),
    ...(partial === undefined ? [] : [`Numbers of unfinished runs: ${partial}. ${command} goes on with them.`]),
    ...(stale === undefined
      ? []
      : [
          `**Stale**: ${stale}. These numbers were ${plain(staleReasons(rows).join(', or '))}: the study as it is now would give others. They stand here until the runs are made again, by ${command}.`,
        ]),
    ...(unpaired === undefined
      ? []
      : [
          `**Not paired**: ${unpaired}. The arms of a seed are held against each other, so all of them are shown with the arithmetic that most of them have. ${command}, with the options of the others, makes what is missing.`,
        ]),
  ];
}

function staleReasons(rows: readonly Row[]): string[] {
  const stale = rows
    .filter(({ basis }) => basis === 'stale')
    .flatMap(({ runs }) => runs.flatMap(({ state }) => (state.kind === 'stale' ? [state.why] : [])));
  return [...new Set(stale)];
}

const MARGINS_TEXT =
  'Untrained: the same measure on the student before its first step. Raw pixels: on the images themselves. Principal ' +
  'components: on as many of those of the pixels as there are features. Features that training has not moved beyond these are worth nothing.';

function paperBlocks({ study }: Plan): Block[] {
  if (study.paper.length === 0) return ['## The paper', 'This study stands for no cell of the paper.'];
  return [
    '## The paper',
    'The cells that this study stands for. A number that no source open to us gives is named as such, never guessed.',
    table('The paper', study.paper, [
      ['table', 'l', (cell) => cell.table],
      ['cell', 'l', (cell) => cell.cell],
      ['arm', 'l', (cell) => (cell.arm === undefined ? ABSENT : (study.arms[cell.arm]?.title ?? cell.arm))],
      ['variant', 'l', (cell) => cell.variant ?? ABSENT],
      ['published', 'r', (cell) => paperText([cell], cell.metric)],
      ['tolerance', 'l', (cell) => marginText(cell, study.headline)],
      ['note', 'l', (cell) => cell.note ?? ''],
    ]),
  ];
}

const RULE_TEXT: Readonly<Record<Headline['rule'], string>> = {
  last: 'at the last step',
  'median-last-20': 'median over the last 20 checkpoints',
};

function headlineText({ metric, split, whose, rule }: Headline): string {
  return `${metric} on the ${split} images, ${RULE_TEXT[rule]}; the ${whose}'s is what the method itself would report first.`;
}

function costText({ gpuHours, cpuMinutes, flopPerSecond, hardware, basis }: Cost): string {
  const amounts = [
    ...(gpuHours === undefined ? [] : [plural(gpuHours, 'GPU hour')]),
    ...(cpuMinutes === undefined ? [] : [plural(cpuMinutes, 'CPU minute')]),
  ];
  if (amounts.length === 0 && flopPerSecond !== undefined)
    return `that of the traced arithmetic on ${plain(hardware)} (${plain(basis)}), which the command says with \`--dry-run\`.`;
  return `${amounts.join(', ') || 'not estimated'} a run on ${plain(hardware)} (${plain(basis)}).`;
}
