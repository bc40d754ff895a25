import type { Plan } from '@spatial-ensemble/record';

import { csv, list, sampleFields } from '../csv.ts';
import { type SweptGrid, valueText } from './points.ts';

/** All grids of a study, a value of an arm's point a line: a point of two keys has two. */
export function sweepsCsv({ study }: Plan, grids: readonly SweptGrid[]): string {
  const records = grids.flatMap(({ sweep, points }, grid) =>
    points.flatMap(({ values, row, sample, interval, declared }, point) =>
      sweep.keys.map((key, i) => ({
        study: study.name,
        variant: sweep.variant ?? '',
        tier: sweep.tier,
        sweep: grid + 1,
        fixed: list(sweep.fixed ?? []),
        point: point + 1,
        arm: row.name,
        key,
        value: valueText(values[i]),
        declared: declared ? 'yes' : 'no',
        metric: study.headline.metric,
        whose: study.headline.whose,
        ...sampleFields(sample, interval),
        identities: list(row.shown.map(({ result }) => result.identity)),
      })),
    ),
  );
  return csv(records);
}
