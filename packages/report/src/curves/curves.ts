import type { Along, Coordinate, Whose } from '@spatial-ensemble/record';

import { overSplits } from '../claims/over-splits.ts';
import { type MeasureKind, measureSamples, type Row } from '../rows.ts';
import { type Interval, tInterval } from '../statistics/paired-t.ts';
import type { Sample } from '../statistics/sample.ts';

/** One axis of curves, with the places on it in their order. */
export interface CurveAxis {
  readonly axis: string;
  readonly unit: string;
  readonly places: readonly Coordinate['at'][];
}

/** What one arm's teacher or student has at one place. */
export interface CurvePoint {
  readonly row: Row;
  readonly whose: Whose;
  /** In the order of the axes. */
  readonly at: readonly Coordinate['at'][];
  /** Over the seeds; of crossed seeds over their splits. */
  readonly sample: Sample;
  /** Of its mean at 95 %, by Student's t; null for one seed. */
  readonly interval: Interval | null;
}

/** Measures of one thing that stand along the same axes. */
export interface Curves {
  /** A name that no other of them has. */
  readonly name: string;
  readonly title: string;
  readonly measure: Pick<MeasureKind, 'split' | 'rule' | 'unit'>;
  /** Where there are two, the last is the curves' own, and the first tells the curves apart. */
  readonly axes: readonly [CurveAxis] | readonly [CurveAxis, CurveAxis];
  readonly points: readonly CurvePoint[];
}

/** All curves that the runs of some rows and their evaluations have, in the order in which the results list them. */
export function curvesOf(rows: readonly Row[]): Curves[] {
  const groups = new Map<string, { kind: MeasureKind; along: Along; points: CurvePoint[] }>();
  for (const row of rows)
    for (const { kind, ...sample } of measureSamples(row)) {
      const { along, split, rule, unit, whose } = kind;
      if (along === undefined) continue;
      const key = JSON.stringify([along.name, split, rule, unit, along.axes.map((one) => [one.axis, one.unit])]);
      const group = groups.get(key) ?? { kind, along, points: [] };
      const over = overSplits(sample, row.crossed);
      group.points.push({ row, whose, at: along.axes.map(({ at }) => at), sample: over, interval: tInterval(over.values) }); // prettier-ignore
      groups.set(key, group);
    }
  const names = new Set<string>();
  return [...groups.values()].map(({ kind: { split, rule, unit }, along: { name, title, axes }, points }) => {
    let own = name;
    for (let n = 2; names.has(own); n++) own = `${name}-${n}`;
    names.add(own);
    return {
      name: own,
      title,
      measure: { split, rule, unit },
      // One or two, as the schema of a measure says.
      axes: axes.map(({ axis, unit: of }, n) => ({ axis, unit: of, places: placesOf(points, n) })) as unknown as Curves['axes'], // prettier-ignore
      points,
    };
  });
}

/** Numbers by their size, names as they come. */
function placesOf(points: readonly CurvePoint[], axis: number): Coordinate['at'][] {
  // `!`: a point has a place on every axis.
  const places = [...new Set(points.map(({ at }) => at[axis]!))];
  const numbers = places.filter((one) => typeof one === 'number');
  return numbers.length === places.length ? numbers.toSorted((a, b) => a - b) : places;
}

/** One arm's teacher or student. */
export interface CurveLine {
  readonly row: Row;
  readonly whose: Whose;
}

/** Those that have points: by arm, the teacher in front of its student. */
export function linesOf({ points }: Curves): CurveLine[] {
  const lines = new Map<string, CurveLine>();
  for (const { row, whose } of points) lines.set(JSON.stringify([row.name, whose]), { row, whose });
  const rows = [...new Set(points.map(({ row }) => row))];
  const order: readonly Whose[] = ['teacher', 'student', 'none'];
  return rows.flatMap((row) => order.flatMap((whose) => lines.get(JSON.stringify([row.name, whose])) ?? []));
}

/** What tells the curves of a grid apart; one `undefined` where there is one axis alone. */
export function panelsOf({ axes }: Curves): readonly (Coordinate['at'] | undefined)[] {
  return axes.length === 1 ? [undefined] : axes[0].places;
}

/** The axis of the curves themselves. */
export function lastAxis({ axes }: Curves): CurveAxis {
  return axes.length === 1 ? axes[0] : axes[1];
}

/** The points of one line in one panel, by their places on the curve's own axis. */
export function pointsOf({ points }: Curves, line: CurveLine, panel: Coordinate['at'] | undefined) {
  const here = points.filter(
    ({ row, whose, at }) => row === line.row && whose === line.whose && (panel === undefined || at[0] === panel),
  );
  return new Map(here.map((point) => [point.at.at(-1), point]));
}
