import type { Comparison, Headline } from '@spatial-ensemble/record';

import type { Row } from '../rows.ts';
import { bootstrapInterval } from '../statistics/bootstrap.ts';
import { type CrossedVariance, crossedVariance } from '../statistics/crossed-variance.ts';
import { pairedEffect } from '../statistics/effect-size.ts';
import { type Interval, tInterval, tTest } from '../statistics/paired-t.ts';
import { signFlip } from '../statistics/sign-flip.ts';
import { interquartileMean, pairedShare, probabilityOfImprovement } from '../statistics/unpaired.ts';
import { resting, table, type Table } from '../tabular.ts';
import { ABSENT, count, signed } from '../text.ts';
import { pText } from './claims-table.ts';
import { comparisonText } from './comparison-text.ts';
import { intervalText } from './gate.ts';
import { type Paired, pairedOf } from './pairs.ts';

/** With fewer runs than this rliable's two numbers say nothing. */
const FEWEST_RUNS = 10;

/** All statistics of one comparison; null where there are too few pairs for one. */
export interface DifferenceLine {
  readonly comparison: Comparison;
  readonly title: string;
  readonly paired: Paired;
  readonly interval: Interval | null;
  readonly bootstrap: Interval | null;
  /** Of the paired t, two-sided, not adjusted. */
  readonly p: number | null;
  readonly signFlip: { readonly p: number; readonly exact: boolean } | null;
  readonly effect: number | null;
  readonly share: number | null;
  readonly improvement: number | null;
  readonly interquartileMeans: readonly [above: number, below: number] | null;
  /** Where the spread is from; null where seeds are not crossed. */
  readonly variance: CrossedVariance | null;
}

export function differenceLines(
  rows: readonly Row[],
  comparisons: readonly Comparison[],
  headline: Headline,
): DifferenceLine[] {
  return comparisons.map((comparison) => {
    const paired = pairedOf(rows, comparison, headline);
    const { values } = paired.differences;
    const [above, below] = [paired.above.values, paired.below.values];
    const many = values.length >= FEWEST_RUNS;
    return {
      comparison,
      title: comparisonText(rows, comparison),
      paired,
      interval: tInterval(values),
      bootstrap: bootstrapInterval(values),
      p: tTest(values)?.twoSided ?? null,
      signFlip: values.length < 2 ? null : signFlip(values),
      effect: pairedEffect(values),
      share: pairedShare(values),
      improvement: many ? probabilityOfImprovement(above, below) : null,
      interquartileMeans: many ? [interquartileMean(above)!, interquartileMean(below)!] : null,
      variance: crossedVariance(paired.cells ?? []),
    };
  });
}

/** Differences inside the pairs of one seed, a comparison a line. */
export function differencesTable(lines: readonly DifferenceLine[]): Table {
  const numbers = (value: number | null, digits = 2): string => (value === null ? ABSENT : value.toFixed(digits));
  const intervals = (interval: Interval | null): string =>
    interval === null ? ABSENT : intervalText(interval, signed);
  return table('Paired differences', lines, [
    ['difference', 'l', ({ title }) => title],
    ['pairs', 'r', ({ paired }) => count(paired.differences.values.length)],
    [
      'mean',
      'r',
      ({ paired: { differences, on } }) => (differences.mean === null ? ABSENT : resting(signed(differences.mean), on)),
    ],
    ['sd', 'r', ({ paired }) => numbers(paired.differences.standardDeviation)],
    ['95 %, Student', 'r', ({ interval }) => intervals(interval)],
    ['95 %, bootstrap', 'r', ({ bootstrap }) => intervals(bootstrap)],
    ['p, Student', 'r', ({ p }) => pText(p)],
    ['p, sign-flip', 'r', ({ signFlip: found }) => pText(found?.p ?? null)],
    ['d of the pairs', 'r', ({ effect }) => (effect === null ? ABSENT : signed(effect))],
    ['pairs above 0', 'r', ({ share }) => percent(share)],
    ['P(improvement)', 'r', ({ improvement }) => percent(improvement)],
    [
      'interquartile means',
      'r',
      ({ interquartileMeans: both }) => (both === null ? ABSENT : both.map((one) => one.toFixed(2)).join(', ')),
    ],
  ]);
}

/** What splits and trainings each add to the spread of a difference, a comparison a line. */
export function spreadTable(lines: readonly DifferenceLine[]): Table {
  const sd =
    (of: (variance: CrossedVariance) => number) =>
    ({ variance }: DifferenceLine) =>
      variance === null ? ABSENT : Math.sqrt(of(variance)).toFixed(2);
  return table('Spread of the differences over splits and trainings', lines, [
    ['difference', 'l', ({ title }) => title],
    ['splits', 'r', ({ paired }) => count(paired.cells?.length ?? 0)],
    ['trainings', 'r', ({ paired }) => count(paired.cells?.[0]?.length ?? 0)],
    ['sd of splits', 'r', sd(({ split }) => split)],
    ['sd of trainings', 'r', sd(({ training }) => training)],
    ['sd of the rest', 'r', sd(({ rest }) => rest)],
  ]);
}

function percent(share: number | null): string {
  return share === null ? ABSENT : `${(100 * share).toFixed(0)} %`;
}
