import type { Headline } from '@spatial-ensemble/record';

import type { Block, DrawnFigure } from '../blocks.ts';
import { poolsOf } from '../pools.ts';
import { code } from '../text.ts';
import { type SweptGrid, sweepName } from './points.ts';
import { sweepTable } from './table.ts';

const RULE_TEXT =
  'Exploratory: a sweep enters no claim, no factor and no mean above, and nothing is tested of it. Whoever takes a value ' +
  'from here takes one that these seeds favoured; what it is worth, other seeds have to say. Intervals are of a mean by ' +
  'Student’s t over its seeds.';

/**
 * The grids of a section, each under a heading of its own: one figure, one table.
 *
 * @param figures of a grid, by what they stand under
 */
export function sweepBlocks(
  grids: readonly SweptGrid[],
  headline: Headline,
  figures: (under: string) => readonly DrawnFigure[],
): Block[] {
  return grids.flatMap((grid, i): Block[] => {
    const { sweep, points } = grid;
    const kinds = poolsOf(points.map(({ row }) => row)).length;
    return [
      `### Sweep of ${sweep.keys.map(code).join(' × ')}`,
      ...(sweep.fixed === undefined
        ? []
        : [`All of it with ${sweep.fixed.map((text) => code(`--set ${text}`)).join(' ')}.`]),
      RULE_TEXT,
      ...(kinds > 1 ? [`Its runs are of ${kinds} arithmetics: last digits do not compare between them.`] : []),
      ...figures(sweepFigureName(i)),
      sweepTable(grid, headline),
    ];
  });
}

/** What a figure of a section's grid stands under. @param place of the grid among those of the section, from 0 */
export function sweepFigureName(place: number): string {
  return `sweep-${place + 1}`;
}

/** What a figure shows, for whom it cannot be seen. */
export function sweepFigureTitle({ sweep, points }: SweptGrid, headline: Headline): string {
  const arms = [...new Set(points.map(({ row }) => row.arm.title))];
  return `${headline.metric} of the ${headline.whose} over ${sweepName(sweep)}: ${arms.join('; ')}`;
}
