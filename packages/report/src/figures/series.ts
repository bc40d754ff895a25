import { type Series, seriesKey } from '@spatial-ensemble/record';

import type { Row } from '../rows.ts';
import { mean } from '../statistics/sample.ts';
import { rounded } from './rounded.ts';

/** A point of a figure: one arm's value at one step, over its seeds. */
export interface SeriesPoint {
  readonly arm: string;
  readonly title: string;
  readonly step: number;
  /** Mean over the seeds, to six significant digits. */
  readonly value: number;
  /** Smallest and largest over the seeds; absent for one seed. */
  readonly low?: number;
  readonly high?: number;
}

/** A series without its points: what runs share. */
export type SeriesKind = Omit<Series, 'points'>;

/** A quantity that the teacher and the student both have. */
export interface Pair {
  readonly teacher: SeriesKind;
  readonly student: SeriesKind;
}

/** The kinds of series behind rows, in the order in which results list them. */
export function seriesKinds(rows: readonly Row[]): SeriesKind[] {
  const kinds = new Map<string, SeriesKind>();
  for (const { result } of rows.flatMap(({ shown }) => shown))
    for (const { points: _, ...kind } of result.series)
      if (!kinds.has(seriesKey(kind))) kinds.set(seriesKey(kind), kind);
  return [...kinds.values()];
}

/** Those of one quantity, of teacher and student. */
export function pairsOf(kinds: readonly SeriesKind[]): Pair[] {
  return kinds.flatMap((teacher) => {
    const student = kinds.find(({ name, whose }) => name === teacher.name && whose === 'student');
    return teacher.whose === 'teacher' && student !== undefined ? [{ teacher, student }] : [];
  });
}

/** Numbers of one run by their steps. */
type Curve = ReadonlyMap<number, number>;

/** One kind of series of each row, at the steps that all its shown runs have. */
export function seriesPoints(rows: readonly Row[], kind: SeriesKind): SeriesPoint[] {
  return overSeeds(rows, (series) => curveOf(series, kind));
}

/** How far the teacher lies above its student, at the steps that both have. */
export function leadPoints(rows: readonly Row[], pair: Pair): SeriesPoint[] {
  return overSeeds(rows, (series) => leadOf(series, pair));
}

/** The same of one run. */
export function leadOf(series: readonly Series[], { teacher, student }: Pair): Curve {
  const below = curveOf(series, student);
  return new Map(
    [...curveOf(series, teacher)].flatMap(([step, value]) => {
      const other = below.get(step);
      return other === undefined ? [] : [[step, value - other] as const];
    }),
  );
}

function curveOf(series: readonly Series[], kind: SeriesKind): Curve {
  return new Map(series.find((one) => seriesKey(one) === seriesKey(kind))?.points);
}

function overSeeds(rows: readonly Row[], curve: (series: readonly Series[]) => Curve): SeriesPoint[] {
  return rows.flatMap(({ name, arm, shown }) => {
    const curves = shown.map(({ result }) => curve(result.series));
    return [...(curves[0]?.keys() ?? [])].flatMap((step) => {
      const values = curves.flatMap((one) => one.get(step) ?? []);
      const middle = mean(values);
      if (middle === null || values.length < curves.length) return [];
      const point = { arm: name, title: arm.title, step, value: rounded(middle) };
      if (values.length === 1) return [point];
      return [{ ...point, low: rounded(Math.min(...values)), high: rounded(Math.max(...values)) }];
    });
  });
}
