import { csv, sampleFields } from '../csv.ts';
import type { Section } from '../rows.ts';
import { curvesOf } from './curves.ts';

/** The curves of all sections, a point of one arm's teacher or student a line. */
export function curvesCsv(study: string, sections: readonly Section[]): string {
  const records = sections.flatMap(({ variant, tier, rows }) =>
    curvesOf(rows).flatMap(({ name, title, measure, axes, points }) =>
      points.map(({ row, whose, at, sample, interval }) => ({
        study,
        variant: variant?.name ?? '',
        tier,
        curves: name,
        title,
        arm: row.name,
        whose,
        ...measure,
        axis: axes.at(-1)!.axis,
        axis_unit: axes.at(-1)!.unit,
        at: at.at(-1)!,
        panel_axis: axes.length === 1 ? '' : axes[0].axis,
        panel_unit: axes.length === 1 ? '' : axes[0].unit,
        panel: axes.length === 1 ? '' : at[0]!,
        ...sampleFields(sample, interval),
      })),
    ),
  );
  return csv(records);
}
