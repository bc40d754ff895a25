import { type Headline, type Network, shortIdentity } from '@spatial-ensemble/record';
import { markdownTable } from 'markdown-table';

import type { StoredResult } from './read-results.ts';
import { evidenceSample, headlineSample, isHeadline, measureSamples, type Row, type Section } from './rows.ts';
import { ABSENT, count, durationText, meanText, paperText, sampleText, stateText, statesText } from './text.ts';
import { verdicts } from './verdict.ts';

/** The path of a result's file as the report links to it. */
export type Link = (stored: StoredResult) => string;

type Align = 'l' | 'r';
type Column<T> = readonly [title: string, align: Align, cell: (item: T) => string];

/** A table in GitHub's Markdown, a line for each item. */
export function table<T>(items: readonly T[], columns: readonly Column<T>[]): string {
  return markdownTable(
    [
      columns.map(([title]) => title),
      ...items.map((item) => columns.map(([, , cell]) => cell(item).replaceAll('|', '\\|'))),
    ],
    { align: columns.map(([, align]) => align) },
  );
}

/** The headline of one section. No number is emphasised: the table ranks nothing. */
export function headlineTable({ tier, rows }: Section, headline: Headline): string {
  const first = headline.network;
  const second: Network = first === 'teacher' ? 'student' : 'teacher';
  const unit = rows.flatMap(measureSamples).find(({ kind }) => isHeadline(kind, headline))?.kind.unit;
  const inUnit = (network: string): string => (unit === undefined || unit === '' ? network : `${network} (${unit})`);
  return table<Row>(rows, [
    ['arm', 'l', ({ arm }) => arm.title],
    ...(tier === 'paper' ? [['published', 'r', ({ paper }: Row) => paperText(paper)] as const] : []),
    [inUnit(first), 'r', (row) => sampleText(headlineSample(row, headline, first))],
    [inUnit(second), 'r', (row) => sampleText(headlineSample(row, headline, second))],
    ...(tier === 'paper' ? [['against it', 'l', (row: Row) => verdicts(row, headline) ?? ABSENT] as const] : []),
    ['seeds', 'r', ({ shown }) => count(shown.length)],
    ['state', 'l', ({ runs }) => statesText(runs)],
    ['runs', 'l', ({ shown }) => shown.map(runLink).join(' ') || ABSENT],
  ]);
}

/** What shows that each arm did what its name says. Null where no run has any of it. */
export function evidenceTable({ rows }: Section): string | null {
  const columns: readonly Column<Row>[] = [
    ['effective momentum', 'r', (row) => meanText(evidenceSample(row, 'effectiveMomentum'), 6)],
    ['mean age (steps)', 'r', (row) => meanText(evidenceSample(row, 'meanAge'), 4)],
    ['units kept', 'r', (row) => meanText(evidenceSample(row, 'preserveRate'), 4)],
    ['pseudo-labels right (%)', 'r', (row) => sampleText(evidenceSample(row, 'pseudoLabelAccuracy'), 1)],
    ['above threshold (%)', 'r', (row) => sampleText(evidenceSample(row, 'maskRate'), 1)],
  ];
  const used = columns.filter(([, , cell]) => rows.some((row) => cell(row) !== ABSENT));
  if (used.length === 0) return null;
  const steps = ({ shown }: Row): string =>
    [...new Set(shown.map(({ result }) => count(result.steps.done)))].join(', ') || ABSENT;
  return table<Row>(rows, [['arm', 'l', ({ arm }) => arm.title], ['steps', 'r', steps], ...used]);
}

/** Every measure beside the headline: other metrics, images, rules. Null where there is none. */
export function otherMeasuresTable({ rows }: Section, headline: Headline): string | null {
  const others = rows.flatMap((row) =>
    measureSamples(row)
      .filter(({ kind }) => !isHeadline(kind, headline))
      .map((sample) => ({ row, sample })),
  );
  if (others.length === 0) return null;
  return table(others, [
    ['arm', 'l', ({ row }) => row.arm.title],
    ['measure', 'l', ({ sample: { kind } }) => (kind.unit === '' ? kind.name : `${kind.name} (${kind.unit})`)],
    ['network', 'l', ({ sample: { kind } }) => (kind.network === 'none' ? ABSENT : kind.network)],
    ['images', 'l', ({ sample: { kind } }) => kind.split],
    ['checkpoint', 'l', ({ sample: { kind } }) => kind.rule],
    ['value', 'r', ({ sample }) => sampleText(sample)],
  ]);
}

/** One line for each planned run, with what one execution of it took. */
export function runsTable({ rows }: Section): string {
  const runs = rows.flatMap((row) =>
    row.runs.map((run) => ({ row, run, stored: run.state.kind === 'not run' ? null : run.state.stored })),
  );
  return table(runs, [
    ['arm', 'l', ({ row }) => row.arm.title],
    ['seed', 'r', ({ run }) => String(run.planned.seed)],
    ['run', 'l', ({ stored }) => (stored === null ? ABSENT : runLink(stored))],
    ['state', 'l', ({ run }) => stateText(run)],
    ['steps', 'r', ({ stored }) => (stored === null ? ABSENT : count(stored.result.steps.done))],
    ['wall time', 'r', ({ stored }) => (stored?.info === undefined ? ABSENT : durationText(stored.info.seconds))],
    ['machine', 'l', ({ stored }) => stored?.info?.host.cpu ?? ABSENT],
    ['commit', 'l', ({ stored }) => stored?.info?.commit?.slice(0, 10) ?? ABSENT],
  ]);
}

/** A run by its short identity; `runDefinitions` says where it leads. */
export function runLink({ result }: StoredResult): string {
  const short = shortIdentity(result.identity);
  return `[\`${short}\`][${short}]`;
}

/** The targets of all run links of a page. */
export function runDefinitions(stored: readonly StoredResult[], link: Link): string {
  const lines = stored.map((one) => `[${shortIdentity(one.result.identity)}]: ${link(one)}`);
  return [...new Set(lines)].sort().join('\n');
}
