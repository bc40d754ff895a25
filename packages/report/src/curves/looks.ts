import type { Row } from '../rows.ts';
import { overSplits } from '../claims/over-splits.ts';
import { type SeriesKind, seriesKinds } from '../figures/series.ts';
import { type Interval, tInterval } from '../statistics/paired-t.ts';
import { type Sample, sampleOf } from '../statistics/sample.ts';
import { seriesKey } from '@spatial-ensemble/record';

/** What one arm's teacher or student had at one step, where it was looked at while its runs trained. */
export interface LookPoint {
  readonly row: Row;
  readonly kind: SeriesKind & { readonly split: string };
  readonly step: number;
  /** Over the seeds; of crossed seeds over their splits. */
  readonly sample: Sample;
  /** Of its mean at 95 %, by Student’s t; null for one seed. */
  readonly interval: Interval | null;
}

/** All of the series that say on which images they were looked at, at the steps that all shown runs of an arm have. */
export function lookPoints(rows: readonly Row[]): LookPoint[] {
  const kinds = seriesKinds(rows).flatMap(({ split, ...kind }) => (split === undefined ? [] : [{ ...kind, split }]));
  return kinds.flatMap((kind) => rows.flatMap((row) => pointsOf(row, kind)));
}

function pointsOf(row: Row, kind: LookPoint['kind']): LookPoint[] {
  const curves = row.shown.map(({ planned: { seed }, result }) => ({
    seed,
    values: new Map(result.series.find((one) => seriesKey(one) === seriesKey(kind))?.points),
  }));
  return [...(curves[0]?.values.keys() ?? [])].flatMap((step) => {
    const found = curves.flatMap(({ seed, values }) => {
      const value = values.get(step);
      return value === undefined ? [] : [{ seed, value }];
    });
    if (found.length < curves.length) return [];
    const sample = overSplits(sampleOf(found), row.crossed);
    return [{ row, kind, step, sample, interval: tInterval(sample.values) }];
  });
}
