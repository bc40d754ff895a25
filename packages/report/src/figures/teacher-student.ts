import type { CurvePoint } from '@spatial-ensemble/record';
import type { TopLevelSpec } from 'vega-lite';

import type { Row } from '../rows.ts';
import { roundAxis, stepAxis, vegaAxis } from './axis.ts';
import { widest } from './fonts.ts';
import { armColours } from './palette.ts';
import { series, type SeriesPoint } from './series.ts';
import { theme } from './theme.ts';

const WIDTH = 700;

/**
 * How the teacher differs from its student over the steps: its lead in accuracy on held-out training images, and the
 * distance between their weights. A panel is left out where no run recorded it; null where both would be.
 *
 * @param beside the rows of all figures that share their axes with this one.
 */
export function teacherStudent(
  rows: readonly Row[],
  title: string,
  subtitle: readonly string[],
  beside: readonly Row[] = rows,
): TopLevelSpec | null {
  const lead = series(rows, leadInAccuracy);
  const distance = series(rows, (point) => point['distance']);
  const names = rows.map(({ name }) => name).filter((name) => [...lead, ...distance].some(({ arm }) => arm === name));
  if (names.length === 0) return null;
  const titles = rows.filter(({ name }) => names.includes(name)).map(({ arm }) => arm.title);
  const colours = armColours(rows.map(({ name }) => name));
  const [leads, distances] = [series(beside, leadInAccuracy), series(beside, (point) => point['distance'])];
  const steps = vegaAxis(stepAxis([...leads, ...distances].map(({ step }) => step), 5)); // prettier-ignore
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
    scale: { domain: titles, range: names.map((name) => colours.get(name)!) },
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
  const panel = (text: string, values: readonly SeriesPoint[], all: readonly SeriesPoint[], yTitle: string) => {
    const axis = vegaAxis(roundAxis([0, ...all.flatMap(({ value, low = value, high = value }) => [low, high])], 5));
    // Every layer has the axis: Vega-Lite merges those of all layers, and one without it would thin out the labels.
    const y = { type: 'quantitative' as const, title: yTitle, ...axis };
    return {
      title: { text, fontSize: 13, offset: 8, frame: 'group' as const },
      width: WIDTH,
      height: 190,
      data: { values: [...values] },
      layer: [
        { mark: { type: 'rule' as const, color: '#999999' }, encoding: { y: { datum: 0, ...y } } },
        ...(values.some(({ low }) => low !== undefined)
          ? [
              {
                mark: { type: 'area' as const, opacity: 0.15 },
                encoding: { x, y: { field: 'low', ...y }, y2: { field: 'high' }, color },
              },
            ]
          : []),
        {
          mark: { type: 'line' as const, strokeWidth: 2 },
          encoding: {
            x,
            y: { field: 'value', ...y },
            color,
          },
        },
      ],
    };
  };
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    config: theme,
    title: { text: title, subtitle: [...subtitle] },
    spacing: 22,
    vconcat: [
      ...(lead.length > 0
        ? [panel('Lead in accuracy, held-out training images', lead, leads, 'teacher − student (points)')]
        : []),
      ...(distance.length > 0
        ? [
            panel(
              'Distance between their weights: ‖teacher − student‖ ÷ ‖student‖',
              distance,
              distances,
              'relative distance',
            ),
          ]
        : []),
    ],
  };
}

function leadInAccuracy(point: CurvePoint): number | undefined {
  const { teacherAccuracy, studentAccuracy } = point;
  return teacherAccuracy === undefined || studentAccuracy === undefined ? undefined : teacherAccuracy - studentAccuracy;
}

/** The most columns whose entries fit beside each other; an entry is a line, its title, and the gaps around them. */
function legendColumns(titles: readonly string[]): number {
  const width = (columns: number): number =>
    Array.from({ length: columns }, (_, column) => titles.filter((_title, i) => i % columns === column))
      .map((entries) => widest(entries, 13) + 66)
      .reduce((sum, entry) => sum + entry, 0);
  return [4, 3, 2].find((columns) => width(columns) <= WIDTH) ?? 1;
}
