import type { TopLevelSpec } from 'vega-lite';

import type { Row } from '../rows.ts';
import { capitalised } from '../text.ts';
import { type Axis, roundAxis, stepAxis, vegaAxis } from './axis.ts';
import { widest } from './fonts.ts';
import { armColours } from './palette.ts';
import type { SeriesPoint } from './series.ts';
import { theme } from './theme.ts';
import { wrap } from './wrap.ts';

const WIDTH = 700;
/** Of one of two panels beside each other. */
const HALF = 300;
/** More panels than this stand two in a row. */
const STACKED = 2;

/** One number over the steps, a line for each arm. */
export interface Panel {
  readonly title: string;
  readonly meaning?: string;
  /** What stands at its axis. */
  readonly axis: string;
  /** Panels of one unit share an axis; empty: it has its own. */
  readonly unit: string;
  readonly points: (rows: readonly Row[]) => readonly SeriesPoint[];
}

/**
 * Panels below each other, or two in a row: in each a line for each arm. A panel without a point is left out; null
 * where all would be.
 *
 * @param beside the rows of all figures that share their axes with this one.
 */
export function panelsFigure(
  rows: readonly Row[],
  panels: readonly Panel[],
  title: string,
  subtitle: readonly string[],
  beside: readonly Row[] = rows,
): TopLevelSpec | null {
  const drawn = panels
    .map((panel) => ({ ...panel, values: panel.points(rows), all: panel.points(beside) }))
    .filter(({ values }) => values.length > 0);
  const names = rows
    .map(({ name }) => name)
    .filter((name) => drawn.some(({ values }) => values.some(({ arm }) => arm === name)));
  if (names.length === 0) return null;
  const titles = rows.filter(({ name }) => names.includes(name)).map(({ arm }) => arm.title);
  const width = drawn.length > STACKED ? HALF : WIDTH;
  const colours = armColours(rows.map(({ name }) => name));
  const steps = vegaAxis(stepAxis(drawn.flatMap(({ all }) => all.map(({ step }) => step)), width === WIDTH ? 5 : 3)); // prettier-ignore
  const x = {
    field: 'step',
    type: 'quantitative',
    title: 'training step',
    scale: steps.scale,
    axis: { ...steps.axis, grid: false },
  } as const;
  const color = {
    field: 'title',
    type: 'nominal',
    scale: { domain: titles, range: names.map((name) => colours.get(name)) },
    legend: {
      title: null,
      orient: 'top',
      direction: 'horizontal',
      columns: legendColumns(titles),
      offset: 14,
      symbolType: 'stroke',
      symbolSize: 600,
      symbolStrokeWidth: 3,
      symbolOpacity: 1,
      columnPadding: 28,
      rowPadding: 4,
    },
  } as const;
  const panelOf = ({ title: name, meaning, axis: label, unit, values, all }: (typeof drawn)[number]) => {
    const shared = unit === '' ? all : drawn.filter((one) => one.unit === unit).flatMap((one) => one.all);
    const axis = valueAxis(shared, width === WIDTH ? 5 : 4);
    // Every layer has the axis: Vega-Lite merges those of all layers, and one without it would thin out the labels.
    const { scale, axis: ticks } = vegaAxis(axis);
    const y = { type: 'quantitative' as const, title: label, scale, axis: { ...ticks, grid: true } };
    return {
      title: {
        text: wrap(capitalised(name), width, 13),
        ...(meaning !== undefined && { subtitle: wrap(meaning, width, 12) }),
        fontSize: 13,
        subtitleFontSize: 12,
        offset: 8,
        frame: 'group' as const,
      },
      width,
      height: width === WIDTH ? 190 : 150,
      data: { values: [...values] },
      layer: [
        ...(axis.domain[0] <= 0
          ? // One line a panel, not one a point.
            [
              {
                data: { values: [{}] },
                mark: { type: 'rule' as const, color: '#999999' },
                encoding: { y: { datum: 0, ...y } },
              },
            ]
          : []),
        ...(values.some(({ low }) => low !== undefined)
          ? [
              {
                mark: { type: 'area' as const, opacity: 0.15 },
                encoding: { x, y: { field: 'low', ...y }, y2: { field: 'high' }, color },
              },
            ]
          : []),
        { mark: { type: 'line' as const, strokeWidth: 2 }, encoding: { x, y: { field: 'value', ...y }, color } },
      ],
    };
  };
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    config: theme,
    title: { text: title, subtitle: [...subtitle] },
    spacing: 22,
    columns: width === WIDTH ? 1 : 2,
    concat: drawn.map(panelOf),
  } as TopLevelSpec;
}

/** With zero, unless all values lie so close together that nothing of them would be seen. */
function valueAxis(points: readonly SeriesPoint[], intervals: number): Axis {
  const values = points.flatMap(({ value, low = value, high = value }) => [low, high]);
  const far = Math.min(...values) > Math.max(...values) / 2;
  return roundAxis(far ? values : [0, ...values], intervals);
}

/** The most columns whose entries fit beside each other; an entry is a line, its title, and the gaps around them. */
function legendColumns(titles: readonly string[]): number {
  const width = (columns: number): number =>
    Array.from({ length: columns }, (_, column) => titles.filter((_title, i) => i % columns === column))
      .map((entries) => widest(entries, 13) + 66)
      .reduce((sum, entry) => sum + entry, 0);
  return [4, 3, 2].find((columns) => width(columns) <= WIDTH) ?? 1;
}
