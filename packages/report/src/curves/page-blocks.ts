import type { Block, DrawnFigure } from '../blocks.ts';
import { capitalised, plain } from '../text.ts';
import { type Curves, curvesOf } from './curves.ts';
import type { Row } from '../rows.ts';
import { curvesTable } from './table.ts';

const RULE_TEXT =
  'Means over the seeds (over the splits, where those are crossed), with their 95 % intervals by Student’s t. Nothing is tested of them: arms of one seed are paired, ' +
  'so that intervals that overlap say little of a difference.';

/**
 * The curves of a section, each under a heading of its own: one figure, one table.
 *
 * @param figures by what they stand under
 */
export function curveBlocks(rows: readonly Row[], figures: (under: string) => readonly DrawnFigure[]): Block[] {
  return curvesOf(rows).flatMap((curves): Block[] => [
    `### ${plain(capitalised(curves.title))}`,
    RULE_TEXT,
    ...figures(curvesFigureName(curves)),
    curvesTable(curves),
  ]);
}

/** What a figure of curves stands under. */
export function curvesFigureName({ name }: Curves): string {
  return `curves-${name}`;
}

/** What a figure shows, for whom it cannot be seen. */
export function curvesFigureTitle({ title, axes, points }: Curves): string {
  const arms = [...new Set(points.map(({ row }) => row.arm.title))];
  return `${capitalised(title)} over ${axes.map(({ axis }) => axis).join(' × ')}: ${arms.join('; ')}`;
}
