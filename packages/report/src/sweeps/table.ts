import type { Headline } from '@spatial-ensemble/record';

import { intervalText } from '../claims/gate.ts';
import { seedCounts } from '../pools.ts';
import { behind, behindSeeds, headlineSample, headlineUnit } from '../rows.ts';
import type { RunOfArm } from '../states.ts';
import { type Column, resting, table, type Table } from '../tabular.ts';
import { ABSENT, code, inUnit, rowStatesText, sampleText } from '../text.ts';
import { type Point, type SweptGrid, sweepName, valueText } from './points.ts';

/** A grid, an arm at a point a line. */
export function sweepTable({ sweep, points }: SweptGrid, headline: Headline): Table {
  const rows = points.map(({ row }) => row);
  const unit = headlineUnit(rows, headline);
  const other = headline.whose === 'teacher' ? 'student' : 'teacher';
  const seeds = seedCounts(rows);
  return table<Point>(`Sweep of ${sweepName(sweep)}`, points, [
    ['arm', 'l', ({ row }) => row.arm.title],
    ...sweep.keys.map((key, i): Column<Point> => [
      { markdown: code(key) },
      'r',
      ({ values, declared }) => `${valueText(values[i])}${declared ? ' (declared)' : ''}`,
    ]),
    [
      inUnit(`${headline.metric}, ${headline.whose}`, unit),
      'r',
      ({ row, sample }) => resting(sampleText(sample), behindSeeds(row, sample.seeds)),
    ],
    ['95 %', 'r', ({ interval }) => (interval === null ? ABSENT : intervalText(interval, (value) => value.toFixed(2)))],
    [inUnit(other, unit), 'r', ({ row }) => sampleText(headlineSample(row, headline, other))],
    ['seeds', 'r', ({ row }) => seeds(row)],
    ['state', 'l', ({ row }) => stateOf(row)],
    ['runs', 'l', ({ row }) => ({ runs: behind(row) })],
  ]);
}

/** Its values stand in columns of their own. */
function stateOf({ runs, evaluations }: Point['row']): string {
  const bare = (all: readonly RunOfArm[]): RunOfArm[] =>
    all.map((run) => {
      const { overrides: _, ...planned } = run.planned;
      return { ...run, planned };
    });
  return rowStatesText({ runs: bare(runs), evaluations: bare(evaluations) });
}
