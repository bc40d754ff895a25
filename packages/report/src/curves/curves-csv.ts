import { csv, sampleFields } from '../csv.ts';
import type { Row, Section } from '../rows.ts';
import { curvesOf } from './curves.ts';
import { lookPoints } from './looks.ts';

/** Whether rows have curves: of measures along an axis, or of what was looked at while they trained. */
export function hasCurves(rows: readonly Row[]): boolean {
  return curvesOf(rows).length > 0 || lookPoints(rows).length > 0;
}

/**
 * The curves of all sections, a point of one arm's teacher or student a line: those of measures, and over the steps what
 * was looked at while its runs trained.
 */
export function curvesCsv(study: string, sections: readonly Section[]): string {
  const records = sections.flatMap(({ variant, tier, rows }) => {
    const place = { study, variant: variant?.name ?? '', tier };
    return [
      ...measured(rows).map((record) => ({ ...place, ...record })),
      ...looked(rows).map((record) => ({ ...place, ...record })),
    ];
  });
  return csv(records);
}

function measured(rows: readonly Row[]) {
  return curvesOf(rows).flatMap(({ name, title, measure, axes, points }) =>
    points.map(({ row, whose, at, sample, interval }) => ({
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
  );
}

/** The rule by which a checkpoint counts is for what is measured after the last step. */
function looked(rows: readonly Row[]) {
  return lookPoints(rows).map(({ row, kind: { name, title, whose, split, unit }, step, sample, interval }) => ({
    curves: name,
    title,
    arm: row.name,
    whose,
    split,
    rule: '',
    unit,
    axis: 'training step',
    axis_unit: '',
    at: step,
    panel_axis: '',
    panel_unit: '',
    panel: '',
    ...sampleFields(sample, interval),
  }));
}
