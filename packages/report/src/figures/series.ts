import type { CurvePoint } from '@spatial-ensemble/record';

import type { Row } from '../rows.ts';
import { mean } from '../statistics.ts';

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

/** `value` of each row's curves, at the steps that all its shown runs have. */
export function series(rows: readonly Row[], value: (point: CurvePoint) => number | undefined): SeriesPoint[] {
  return rows.flatMap(({ name, arm, shown }) => {
    const curves = shown.map(
      ({ result }) =>
        new Map(
          result.curve.flatMap((point) => {
            const y = value(point);
            return y === undefined ? [] : [[point.step, y] as const];
          }),
        ),
    );
    const steps = [...(curves[0]?.keys() ?? [])].filter((step) => curves.every((curve) => curve.has(step)));
    return steps.map((step) => {
      const values = curves.map((curve) => curve.get(step) as number);
      const point = { arm: name, title: arm.title, step, value: rounded(mean(values) as number) };
      return values.length === 1
        ? point
        : { ...point, low: rounded(Math.min(...values)), high: rounded(Math.max(...values)) };
    });
  });
}

/** A figure shows no more; the tables and results hold the rest. */
function rounded(value: number): number {
  return Number(value.toPrecision(6));
}
