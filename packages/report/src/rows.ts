import {
  marginsOf,
  type Arm,
  type Baseline,
  type CrossedSeeds,
  type Headline,
  type Measure,
  type PaperCell,
  type Plan,
  type Rule,
  type Study,
  type StoredResult,
  type Tier,
  type Whose,
} from '@spatial-ensemble/record';

import { entersPairs, type PlacedResult, type RunOfArm, type RunState, storedOf } from './states.ts';
import { differences, type Sample, sampleOf, type SeedValue } from './statistics/sample.ts';
import { stateText } from './text.ts';

/** One tier of one variant of a study: what a table holds, and never more than that. */
export interface Section {
  readonly tier: Tier;
  readonly variant: { readonly name: string; readonly title: string } | null;
  readonly rows: readonly Row[];
  /** Why its numbers decide nothing, as the tier declares it; absent: they may. */
  readonly wiring?: string;
}

/** One arm. Its numbers come from runs of one kind only: complete ones, or failing those partial, or stale ones. */
export interface Row {
  readonly name: string;
  readonly arm: Arm;
  /** The paper's cells for this arm and variant; empty below the `paper` tier, whose numbers do not compare. */
  readonly paper: readonly PaperCell[];
  readonly runs: readonly RunOfArm[];
  /** What was trained on the weights of these runs. */
  readonly evaluations: readonly RunOfArm[];
  /** The kind of run that the numbers rest on. */
  readonly basis: RunState['kind'];
  /** The runs behind the numbers, in the order of their seeds. */
  readonly shown: readonly PlacedResult[];
  /** The evaluations of the shown runs that have numbers, in the order of their seeds. */
  readonly evaluated: readonly PlacedResult[];
  /** The splits and trainings that the study crosses, with the seeds that name their pairs; absent where it does not. */
  readonly crossed?: CrossedSeeds & { readonly seeds: readonly number[] };
}

/** A measure without its value: what the values of different seeds share. */
export type MeasureKind = Omit<Measure, 'value' | 'n'>;

export interface MeasureSample extends Sample {
  readonly kind: MeasureKind;
}

/** The sections of a study that have at least one planned run, variants first, tiers as declared. */
export function sections(plan: Plan, runs: readonly RunOfArm[]): Section[] {
  const { study } = plan;
  const variants = study.variants === undefined ? [null] : Object.entries(study.variants);
  const tiers = [...new Set([...(Object.keys(study.tiers) as Tier[]), ...runs.map(({ planned }) => planned.tier)])];
  return variants.flatMap((variant, place) =>
    tiers.flatMap((tier) => {
      const name = variant?.[0];
      const here = runs.filter(({ planned }) => planned.tier === tier && planned.variant === name);
      if (here.length === 0) return [];
      // A cell that names no variant belongs to the first.
      const cells = study.paper.filter(
        (cell) => tier === 'paper' && (cell.variant === name || (cell.variant === undefined && place === 0)),
      );
      const rows = orderedArms(study.arms).map(([armName, arm]) =>
        toRow(
          armName,
          arm,
          here.filter(({ planned }) => planned.arm === armName),
          cells.filter((cell) => cell.arm === armName),
          study,
        ),
      );
      const wiring = study.tiers[tier]?.wiring;
      const named = variant === null ? null : { name: variant[0], title: variant[1].title };
      return [{ tier, variant: named, rows, ...(wiring !== undefined && { wiring }) }];
    }),
  );
}

/** Arms as declared; what they are to be read against comes last. */
function orderedArms(arms: Readonly<Record<string, Arm>>): [string, Arm][] {
  const all = Object.entries(arms);
  return [...all.filter(([, arm]) => arm.role !== 'reference'), ...all.filter(([, arm]) => arm.role === 'reference')];
}

function toRow(
  name: string,
  arm: Arm,
  all: readonly RunOfArm[],
  paper: readonly PaperCell[],
  { name: study, seeds, crossed }: Study,
): Row {
  const runs = all.filter(({ planned }) => planned.evaluation === undefined);
  const evaluations = all.filter(({ planned }) => planned.evaluation !== undefined);
  const row = { name, arm, paper, runs, evaluations, ...(crossed && { crossed: { ...crossed, seeds } }) };
  const placed = (run: RunOfArm, stored: StoredResult): PlacedResult => ({
    ...stored,
    planned: run.planned,
    study,
    title: arm.title,
    standing: stateText(run),
  });
  for (const basis of ['complete', 'partial', 'stale'] as const) {
    const shown = runs.flatMap((run) => (run.state.kind === basis ? [placed(run, run.state.stored)] : []));
    if (shown.length > 0) return { ...row, basis, shown, evaluated: evaluationsOf(shown, evaluations, placed) };
  }
  const basis = runs.some(({ state }) => state.kind === 'not paired') ? 'not paired' : 'not run';
  return { ...row, basis, shown: [], evaluated: [] };
}

/** Evaluations of the shown runs; a stale one's numbers belong to another evaluation. */
function evaluationsOf(
  shown: readonly PlacedResult[],
  evaluations: readonly RunOfArm[],
  placed: (run: RunOfArm, stored: StoredResult) => PlacedResult,
): PlacedResult[] {
  const sources = new Set<string | undefined>(shown.map(({ result }) => result.identity));
  return evaluations.flatMap((run) => {
    const stored = run.state.kind === 'stale' ? undefined : storedOf(run.state);
    return stored !== undefined && sources.has(stored.result.run.from) ? [placed(run, stored)] : [];
  });
}

/** The runs behind a row's numbers, with their evaluations. */
export function behind({ shown, evaluated }: Row): PlacedResult[] {
  return [...shown, ...evaluated];
}

/** The runs behind what a row has at some seeds, with their evaluations. */
export function behindSeeds(row: Row, seeds: readonly number[]): PlacedResult[] {
  return behind(row).filter(({ planned }) => seeds.includes(planned.seed));
}

/** A row of some of its shown runs, and of their evaluations. */
export function onlyRuns(row: Row, is: (one: PlacedResult) => boolean): Row {
  const shown = row.shown.filter(is);
  const sources = new Set<string | undefined>(shown.map(({ result }) => result.identity));
  return { ...row, shown, evaluated: row.evaluated.filter((one) => sources.has(one.result.run.from) && is(one)) };
}

/** The names of what was trained on, as the results have them: a tier may take other images than the paper's. */
export function trainedOn(rows: readonly Row[]): string[] {
  const manifests = rows.flatMap(({ shown }) => shown.flatMap(({ result }) => result.run.data.manifests));
  return [...new Set(manifests.filter(({ split }) => split === 'train').map(({ title }) => title))];
}

/** Every wanted measure of a row and of its evaluations over the seeds, in the order in which the results list them. */
export function measureSamples(row: Row, wanted: (kind: MeasureKind) => boolean = () => true): MeasureSample[] {
  const groups = new Map<string, { kind: MeasureKind; values: SeedValue[] }>();
  for (const { planned, result } of behind(row)) {
    // A look at robustness has hundreds: those that nobody asked for are not grouped.
    for (const { value, n: _, ...kind } of result.measures.filter(wanted)) {
      const { name, whose, split, rule, unit } = kind;
      const key = JSON.stringify([name, whose, split, rule, unit]);
      const group = groups.get(key) ?? { kind, values: [] };
      group.values.push({ seed: planned.seed, value });
      groups.set(key, group);
    }
  }
  return [...groups.values()].map(({ kind, values }) => ({ kind, ...sampleOf(values) }));
}

/** What a headline says of a measure; its rule may be one that no headline has. */
export type HeadlineKind = Omit<Headline, 'rule'> & { readonly rule: Rule };

/** The headline measure of student or teacher, or another measure of the same images and checkpoint; empty where no run has it. */
export function headlineSample(row: Row, headline: HeadlineKind, whose: Whose, metric = headline.metric): Sample {
  const wanted = { ...headline, metric };
  const [found] = measureSamples(row, (kind) => kind.whose === whose && isHeadline(kind, wanted));
  return found ?? sampleOf([]);
}

/**
 * How far an arm's headline lies above a reference's: the difference inside each pair of one seed, over the seeds that
 * both have. Empty of a reference itself, and where one of the two rests on another kind of run.
 */
export function overReference(row: Row, reference: Row, headline: Headline): Sample {
  if (row.arm.role === 'reference' || row.basis !== reference.basis) return sampleOf([]);
  const [sample, below] = [row, reference].map((one) =>
    headlineSample(onlyRuns(one, entersPairs), headline, headline.whose),
  );
  return differences(sample!, below!);
}

/** The arms that the others are to be read against, those of which the headline is known. */
export function referenceRows(rows: readonly Row[], headline: Headline): Row[] {
  return rows.filter(
    (row) => row.arm.role === 'reference' && headlineSample(row, headline, headline.whose).mean !== null,
  );
}

/** Whether a measure is the headline's, the student's or the teacher's. */
export function isHeadline(kind: MeasureKind, headline: HeadlineKind): boolean {
  return (
    kind.name === headline.metric &&
    kind.split === headline.split &&
    kind.rule === headline.rule &&
    kind.whose !== 'none'
  );
}

/** The unit of the headline, as the results have it; empty where none has it. */
export function headlineUnit(rows: readonly Row[], headline: Headline): string {
  const [first] = rows.flatMap((row) => measureSamples(row, (kind) => isHeadline(kind, headline)));
  return first?.kind.unit ?? '';
}

/** A measure over the seeds beside what it is to be read against. */
export interface RowMargin {
  readonly sample: MeasureSample;
  readonly baselines: { readonly [kind in Baseline]?: MeasureSample };
}

/** The measures of a row of which a baseline was measured: the untrained encoder, the pixels themselves. */
export function rowMargins(row: Row): RowMargin[] {
  const samples = measureSamples(row).map((sample) => ({ ...sample.kind, sample }));
  return marginsOf(samples).map(({ measure, baselines }) => ({
    sample: measure.sample,
    baselines: Object.fromEntries(Object.entries(baselines).map(([kind, { sample }]) => [kind, sample])),
  }));
}
