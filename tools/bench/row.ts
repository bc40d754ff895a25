import { median, type Taken } from './compare.ts';
import type { Aim } from './workloads.ts';

/** A side's times and memory in a row. */
interface Measured {
  readonly ms: number;
  readonly minMs: number;
  /** The most that the process held in these steps; of that, what its libraries alone did not. */
  readonly peakMb?: number;
  readonly beyondMb?: number;
  /** Share of the cores' peak arithmetic, measured by a matrix product of the same precision in the same run. */
  readonly shareOfPeak?: number;
  /** Images a second, of one core where time is the processor's. */
  readonly images?: number;
}

/** One line of the bench, and of `--json`. */
export interface Row {
  readonly workload: string;
  /** What it is measured against: the fastest of `others`. */
  readonly against: string;
  readonly ours: Measured;
  readonly theirs: Measured;
  /** Every way of the other side that ran. */
  readonly others: { readonly [way: string]: Measured };
  /** Median over median, minimum over minimum. */
  readonly ratio: number;
  readonly minRatio: number;
  /** Memory beyond the libraries, over the leanest of `others`; absent where it cannot be told. */
  readonly memory?: number;
  readonly aim?: Aim;
}

/** What a row is of. */
export interface Subject {
  readonly name: string;
  readonly gflop?: number;
  readonly images?: number;
  readonly aim?: Aim;
}

/** @param peak GFLOP/s of a matrix product */
export function toRow(subject: Subject, ours: Taken, others: { readonly [way: string]: Taken }, peak?: number): Row {
  const measured = ({ ms: all, peakMb, beyondMb }: Taken): Measured => {
    const [ms, minMs] = [median(all), Math.min(...all)];
    return {
      ms,
      minMs,
      ...(peakMb !== undefined && { peakMb }),
      ...(beyondMb !== undefined && { beyondMb }),
      ...(peak !== undefined && subject.gflop !== undefined && { shareOfPeak: subject.gflop / (minMs / 1e3) / peak }),
      ...(subject.images !== undefined && { images: subject.images / (ms / 1e3) }),
    };
  };
  const mine = measured(ours);
  const ways = Object.entries(others).map(([way, taken]) => ({ way, ...measured(taken) }));
  const [best] = ways.toSorted((a, b) => a.ms - b.ms);
  if (best === undefined) throw new Error(`${subject.name}: there is nothing to compare with`);
  const { way: against, ...theirs } = best;
  const leanest = Math.min(...ways.flatMap(({ beyondMb }) => beyondMb ?? []));
  return {
    workload: subject.name,
    against,
    ours: mine,
    theirs,
    others: Object.fromEntries(ways.map(({ way, ...rest }) => [way, rest])),
    ratio: mine.ms / theirs.ms,
    minRatio: mine.minMs / theirs.minMs,
    ...(mine.beyondMb !== undefined && Number.isFinite(leanest) && { memory: mine.beyondMb / leanest }),
    ...(subject.aim && { aim: subject.aim }),
  };
}

/** A row in two lines, ours before theirs. */
export function rowText({ workload, against, ours, theirs, others, ratio, minRatio, memory, aim }: Row): string {
  const both = (of: (side: Measured) => number | undefined, digits = 0): string =>
    [ours, theirs].map((side) => of(side)?.toFixed(digits) ?? '–').join(' / ');
  const ways = Object.entries(others).map(([way, { ms }]) => `${way} ${ms.toFixed(1)}`);
  return [
    `${workload}\n  ratio ${ratio.toFixed(2)} (minima ${minRatio.toFixed(2)}) to ${against}`,
    `median ms ${both(({ ms }) => ms, 1)}${ways.length > 1 ? ` (${ways.join(', ')})` : ''}`,
    ...(ours.shareOfPeak === undefined ? [] : [`of peak ${both(({ shareOfPeak }) => 100 * (shareOfPeak ?? NaN))} %`]),
    ...(ours.images === undefined ? [] : [`images/s ${both(({ images }) => images)}`]),
    `peak MB ${both(({ peakMb }) => peakMb)}, beyond libraries ${both(({ beyondMb }) => beyondMb)}${memory === undefined ? '' : ` (ratio to the leanest ${memory.toFixed(2)})`}`,
    ...(aim === undefined ? [] : verdicts({ ratio, memory, ours }, aim).map(({ text }) => text)),
  ].join('   ');
}

function verdicts(
  { ratio, memory, ours }: Pick<Row, 'ratio' | 'memory' | 'ours'>,
  aim: Aim,
): readonly { readonly met: boolean; readonly text: string }[] {
  // prettier-ignore
  const verdict = (what: string, is: number | undefined, most: number | undefined) => {
    if (is === undefined || most === undefined) return [];
    const met = is <= most;
    return [{ met, text: `aim: ${what} at most ${most}, ${met ? 'met' : 'MISSED'}` }];
  };
  return [
    ...verdict('ratio', ratio, aim.ratio),
    ...verdict('ms', ours.ms, aim.ms),
    ...verdict('memory', memory, aim.memory),
  ];
}

/** How many aims of some rows are met, and where one is not. */
export function aimsText(rows: readonly Row[]): string {
  const all = rows.flatMap((row) =>
    row.aim === undefined ? [] : verdicts(row, row.aim).map((one) => ({ ...one, workload: row.workload })),
  );
  const missed = all.filter(({ met }) => !met).map(({ workload, text }) => `  ${workload}: ${text}`);
  return [`aims: ${all.length - missed.length} of ${all.length} met`, ...missed].join('\n');
}

/** How many cores load what a step eats. @param step of the same run, undefined where it did not run */
export function appetiteText(loading: Row, step: Row | undefined): string | undefined {
  const [eaten, loaded] = [step?.ours.images, loading.ours.images];
  if (step === undefined || eaten === undefined || loaded === undefined) return undefined;
  const cores = (eaten / loaded).toFixed(2);
  return `  ${step.workload} eats ${eaten.toFixed(0)} images/s: ${cores} cores of loading`;
}
