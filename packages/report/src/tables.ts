import { BASELINES, type Baseline, type Headline, isBaseline, seedsOfRun, type Whose } from '@spatial-ensemble/record';
import { evidenceKinds, evidenceSample, evidenceText, evidenceTitle } from './evidence.ts';
import { seedCounts } from './pools.ts';
import {
  behind,
  behindSeeds,
  headlineSample,
  headlineUnit,
  isHeadline,
  measureSamples,
  overReference,
  type MeasureSample,
  referenceRows,
  type Row,
  rowMargins,
  type Section,
} from './rows.ts';
import { type PlacedResult, storedOf } from './states.ts';
import { differences, type Sample } from './statistics/sample.ts';
import { type Align, type Column, type Content, resting, table, type Table } from './tabular.ts';
import {
  ABSENT,
  capitalised,
  count,
  differenceText,
  durationText,
  inUnit,
  paperText,
  rowStatesText,
  sampleText,
  stateText,
} from './text.ts';
import { verdicts } from './verdict.ts';

/**
 * The headline of one section, an arm a line, and below them what it is to be read against, where that was measured.
 * No number is emphasised: the table ranks nothing, and where it is wiring it has no differences.
 *
 * @param deviations what to say beside a published number of how ours departs from it; absent: nothing is known of it.
 */
export function headlineTable(
  { tier, rows, wiring }: Section,
  headline: Headline,
  deviations?: (row: Row) => Content,
): Table {
  const first = headline.whose;
  const second: Whose = first === 'teacher' ? 'student' : 'teacher';
  const unit = headlineUnit(rows, headline);
  const paper = tier === 'paper';
  const seeds = seedCounts(rows);
  const ofRow = (row: Row, whose: Whose): Content => sampleCell(row, headlineSample(row, headline, whose));
  return table<Row | SanityRow>(
    capitalised(inUnit(headline.metric, unit)),
    [...rows, ...sanityRows(rows, headline)],
    [
      ['arm', 'l', (row) => ('arm' in row ? row.arm.title : row.title)],
      ...(paper ? [column('published', 'r', ({ paper: cells }) => paperText(cells, headline.metric))] : []),
      ...(paper && deviations !== undefined ? [column('departures', 'l', deviations)] : []),
      [inUnit(first, unit), 'r', (row) => ('arm' in row ? ofRow(row, first) : resting(sampleText(row.sample), row.on))],
      column(inUnit(second, unit), 'r', (row) => ofRow(row, second)),
      ...(wiring === undefined ? referenceRows(rows, headline) : []).map((reference) =>
        column(`over ${reference.arm.title}`, 'r', (row) => {
          const difference = overReference(row, reference, headline);
          return resting(
            differenceText(difference, row.shown.length),
            [row, reference].flatMap((one) => behindSeeds(one, difference.seeds)),
          );
        }),
      ),
      ...(paper ? [column('against it', 'l', (row) => verdicts(row, headline) ?? ABSENT)] : []),
      ['seeds', 'r', (row) => ('arm' in row ? seeds(row) : count(row.sample.values.length))],
      column('state', 'l', rowStatesText),
      column('runs', 'l', (row) => ({ runs: behind(row) })),
    ],
  );
}

/** A line of the headline's table that is no arm. */
interface SanityRow {
  readonly title: string;
  readonly sample: Sample;
  readonly on: readonly PlacedResult[];
}

/** What a row has of a measure, with its runs. */
function sampleCell(row: Row, sample: Sample): Content {
  return resting(sampleText(sample), behindSeeds(row, sample.seeds));
}

/** A column that sanity rows leave empty. */
function column(title: string, align: Align, cell: (row: Row) => Content): Column<Row | SanityRow> {
  return [title, align, (row) => ('arm' in row ? cell(row) : ABSENT)];
}

/** The headline of the untrained encoder and of raw pixels: one line where they are the same for all arms, as they should be. */
function sanityRows(rows: readonly Row[], headline: Headline): SanityRow[] {
  return BASELINES.flatMap((baseline) => {
    const found = new Map<string, { sample: Sample; arms: string[]; on: PlacedResult[] }>();
    for (const row of rows) {
      const sample = rowMargins(row).find(({ sample: { kind } }) => isHeadline(kind, headline))?.baselines[baseline];
      if (sample === undefined) continue;
      const group = found.get(sample.values.join()) ?? { sample, arms: [], on: [] };
      group.arms.push(row.arm.title);
      group.on.push(...behindSeeds(row, sample.seeds));
      found.set(sample.values.join(), group);
    }
    const title = { untrained: 'untrained encoder', pixels: 'raw pixels', pca: 'principal components' }[baseline];
    return [...found.values()].map(({ sample, arms, on }) => ({
      title: found.size === 1 ? title : `${title} (${arms.join('; ')})`,
      sample,
      on,
    }));
  });
}

/** What shows that each arm did what its name says. Null where no run has any of it. */
export function evidenceTable({ rows }: Section): Table | null {
  const columns = evidenceKinds(rows).map((kind): Column<Row> => [
    evidenceTitle(kind),
    'r',
    (row) => resting(evidenceText(row, kind), evidenceSample(row, kind).mean === null ? [] : row.shown),
  ]);
  if (columns.length === 0) return null;
  const steps = ({ shown }: Row): string =>
    [...new Set(shown.map(({ result }) => count(result.steps.done)))].join(', ') || ABSENT;
  return table<Row>('What the runs show', rows, [
    ['arm', 'l', ({ arm }) => arm.title],
    ['steps', 'r', steps],
    ...columns,
  ]);
}

const BASELINE_TITLES: Readonly<Record<Baseline, string>> = {
  untrained: 'untrained',
  pixels: 'raw pixels',
  pca: 'principal components',
};

/**
 * Measures on features beside what they are to be read against: the same encoder untrained, and the pixels
 * themselves. Null where no run has any.
 */
export function marginsTable({ rows }: Section): Table | null {
  const all = rows
    .flatMap((row) => rowMargins(row).map((margin) => ({ row, ...margin })))
    .filter(({ sample: { kind } }) => kind.along === undefined);
  if (all.length === 0) return null;
  const used = BASELINES.filter((kind) => all.some(({ baselines }) => baselines[kind] !== undefined));
  return table('What the features are worth', all, [
    ['arm', 'l', ({ row }) => row.arm.title],
    ['measure', 'l', ({ sample }) => measureTitle(sample)],
    ['whose', 'l', ({ sample: { kind } }) => (kind.whose === 'none' ? ABSENT : kind.whose)],
    ['value', 'r', ({ row, sample }) => sampleCell(row, sample)],
    ...used.flatMap((kind): readonly Column<(typeof all)[number]>[] => [
      [
        BASELINE_TITLES[kind],
        'r',
        ({ row, baselines }) => (baselines[kind] ? sampleCell(row, baselines[kind]) : ABSENT),
      ],
      [`over ${BASELINE_TITLES[kind]}`, 'r', ({ row, sample, baselines }) => overText(row, sample, baselines[kind])],
    ]),
  ]);
}

function overText(row: Row, sample: Sample, baseline: Sample | undefined): Content {
  if (baseline === undefined) return ABSENT;
  const difference = differences(sample, baseline);
  return resting(differenceText(difference, row.shown.length), behindSeeds(row, difference.seeds));
}

function measureTitle({ kind }: MeasureSample): string {
  return inUnit(kind.title, kind.unit);
}

/** Every measure beside the headline, those of `marginsTable` and of curves: other metrics, images, rules. Null where there is none. */
export function otherMeasuresTable({ rows }: Section, headline: Headline): Table | null {
  const others = rows.flatMap((row) => {
    const margins = new Set(rowMargins(row).map(({ sample }) => JSON.stringify(sample.kind)));
    return measureSamples(row)
      .filter(
        ({ kind }) =>
          kind.along === undefined &&
          !isHeadline(kind, headline) &&
          !isBaseline(kind) &&
          !margins.has(JSON.stringify(kind)),
      )
      .map((sample) => ({ row, sample }));
  });
  if (others.length === 0) return null;
  return table('Other measures', others, [
    ['arm', 'l', ({ row }) => row.arm.title],
    ['measure', 'l', ({ sample }) => measureTitle(sample)],
    ['whose', 'l', ({ sample: { kind } }) => (kind.whose === 'none' ? ABSENT : kind.whose)],
    ['images', 'l', ({ sample: { kind } }) => kind.split],
    ['checkpoint', 'l', ({ sample: { kind } }) => kind.rule],
    ['value', 'r', ({ row, sample }) => sampleCell(row, sample)],
  ]);
}

/** `3`; of crossed seeds `3: split 2, training 1`. */
function seedText({ crossed }: Row, seed: number): string {
  if (crossed === undefined) return String(seed);
  const { split, training } = seedsOfRun({ seeds: crossed.seeds, crossed }, seed);
  return `${seed}: split ${split}, training ${training}`;
}

/** One line for each planned run, with what one execution of it took. */
export function runsTable({ rows }: Section): Table {
  const runs = rows.flatMap((row) =>
    [...row.runs, ...row.evaluations].map((run) => ({
      row,
      run,
      stored: storedOf(run.state) ?? null,
    })),
  );
  return table('Runs', runs, [
    [
      'arm',
      'l',
      ({ row, run }) => [row.arm.title, run.planned.evaluation].filter((part) => part !== undefined).join(': '),
    ],
    ['seed', 'r', ({ row, run }) => seedText(row, run.planned.seed)],
    ['run', 'l', ({ stored }) => ({ runs: stored === null ? [] : [stored] })],
    ['state', 'l', ({ run }) => stateText(run)],
    ['steps', 'r', ({ stored }) => (stored === null ? ABSENT : count(stored.result.steps.done))],
    ['wall time', 'r', ({ stored }) => (stored?.info === undefined ? ABSENT : durationText(stored.info.seconds))],
    ['machine', 'l', ({ stored }) => stored?.info?.host.cpu ?? ABSENT],
    ['commit', 'l', ({ stored }) => stored?.info?.commit?.slice(0, 10) ?? ABSENT],
  ]);
}
