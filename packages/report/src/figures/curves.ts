import type { Coordinate } from '@spatial-ensemble/record';
import type { TopLevelSpec } from 'vega-lite';

import {
  type CurveAxis,
  type CurveLine,
  type Curves,
  lastAxis,
  linesOf,
  panelsOf,
  pointsOf,
} from '../curves/curves.ts';
import { capitalised, inUnit } from '../text.ts';
import { roundAxis, vegaAxis } from './axis.ts';
import { armColours } from './palette.ts';
import { rounded } from './rounded.ts';
import { theme } from './theme.ts';
import { wrap } from './wrap.ts';

/** Of all panels of a row together. */
const WIDTH = 690;
const GAP = 30;
/** Of a panel that has its row to itself, and of one that has not. */
const [HEIGHT, LOWER] = [260, 140];
/** How much of the distance between two places the lines of one place take. */
const SPREAD = 0.6;

/** Lines of teachers, of students, and of those that are neither. */
const DASHES = { teacher: [1, 0], student: [5, 3], none: [2, 3] } as const;

/**
 * Measures along an axis: a line for each arm's teacher and student, its means and their 95 % intervals; of a grid a
 * panel for each place of its first axis. Places stand at equal distances, for 2, 8 and 255 would else lie on each other,
 * and lines beside each other. Null where no run has a number.
 *
 * @param arms all of the study, so that each keeps its colour
 */
export function curvesFigure(
  curves: Curves,
  arms: readonly string[],
  subtitle: readonly string[],
): TopLevelSpec | null {
  const shown = curves.points.filter(({ sample }) => sample.mean !== null);
  if (shown.length === 0) return null;
  const { title, measure } = curves;
  const lines = linesOf(curves);
  const panels = panelsOf(curves);
  const columns = Math.min(3, panels.length);
  const width = (WIDTH - GAP * (columns - 1)) / columns;
  const height = columns === 1 ? HEIGHT : LOWER;
  const x = placeAxis(lastAxis(curves), width);
  const numbers = shown.flatMap(({ sample, interval }) => [sample.mean!, ...(interval ?? [])]);
  const y = {
    type: 'quantitative' as const,
    title: wrap(columns === 1 ? inUnit(title, measure.unit) : measure.unit, height, 13),
    ...vegaAxis(roundAxis(numbers, columns === 1 ? 5 : 3)),
  };
  const look = lookOf(lines, arms);
  const panelOf = (panel: Coordinate['at'] | undefined, place: number) => {
    const values = lines.flatMap((line, i) => valuesOf(curves, line, panel, offsetOf(i, lines.length)));
    return {
      ...(panel !== undefined && {
        title: { text: wrap(capitalised(String(panel)), width, 13), fontSize: 13, offset: 8, frame: 'group' as const },
      }),
      width,
      height,
      data: { name: `panel ${place + 1}`, values },
      layer: [
        {
          mark: { type: 'rule' as const, strokeWidth: 1.5, opacity: 0.6 },
          encoding: { x, y: { field: 'low', ...y }, y2: { field: 'high' }, color: look.color },
        },
        {
          mark: { type: 'line' as const, strokeWidth: 1.5 },
          encoding: { x, y: { field: 'mean', ...y }, ...look },
        },
        {
          mark: { type: 'point' as const, filled: true, size: columns === 1 ? 40 : 10, opacity: 1 },
          encoding: { x, y: { field: 'mean', ...y }, color: look.color },
        },
      ],
    };
  };
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    config: theme,
    title: { text: wrap(capitalised(title), WIDTH, 16), subtitle: [...subtitle] },
    spacing: GAP,
    columns,
    concat: panels.map(panelOf),
  } as unknown as TopLevelSpec;
}

/** How far a line stands from its places. */
function offsetOf(line: number, lines: number): number {
  return ((line - (lines - 1) / 2) * SPREAD) / lines;
}

/** What of a line is drawn in a panel. One that has no interval has its ends at its mean. */
function valuesOf(curves: Curves, line: CurveLine, panel: Coordinate['at'] | undefined, offset: number) {
  const points = pointsOf(curves, line, panel);
  return lastAxis(curves).places.flatMap((at, i) => {
    const { sample, interval } = points.get(at) ?? {};
    if (sample === undefined || sample.mean === null) return [];
    const mean = rounded(sample.mean);
    const [low, high] = interval?.map(rounded) ?? [mean, mean];
    return [{ place: rounded(i + offset), at, title: line.row.arm.title, whose: line.whose, mean, low, high }];
  });
}

/** Places at equal distances, each under its own text. */
function placeAxis({ axis, unit, places }: CurveAxis, width: number) {
  const names = places.some((place) => typeof place === 'string');
  return {
    field: 'place',
    type: 'quantitative' as const,
    title: wrap(inUnit(axis, unit), width, 13),
    scale: { domain: [-0.5, places.length - 0.5], nice: false, zero: false },
    axis: {
      values: places.map((_, i) => i),
      // A text of JSON is one of Vega's expressions, whatever it holds.
      labelExpr: `${JSON.stringify(places.map(String))}[datum.value]`,
      labelAngle: names ? -40 : 0,
      labelOverlap: false,
      grid: false,
    },
  };
}

/** An arm's colour; teachers' lines whole, students' dashed. */
function lookOf(lines: readonly CurveLine[], arms: readonly string[]) {
  const colours = armColours(arms);
  const titles = new Map(lines.map(({ row }) => [row.name, row.arm.title]));
  const whose = Object.keys(DASHES) as (keyof typeof DASHES)[];
  return {
    color: {
      field: 'title',
      type: 'nominal' as const,
      scale: { domain: [...titles.values()], range: [...titles.keys()].map((name) => colours.get(name)) },
      legend: {
        title: null,
        orient: 'top' as const,
        direction: 'horizontal' as const,
        columns: 2,
        offset: 14,
        symbolOpacity: 1,
      },
    },
    strokeDash: {
      field: 'whose',
      type: 'nominal' as const,
      scale: { domain: whose, range: whose.map((one) => [...DASHES[one]]) },
      legend: null,
    },
  };
}
