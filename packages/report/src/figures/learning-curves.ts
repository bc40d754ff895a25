import type { TopLevelSpec } from 'vega-lite';

import type { Row } from '../rows.ts';
import { inUnit } from '../text.ts';
import { roundAxis, stepAxis, vegaAxis } from './axis.ts';
import { armColours } from './palette.ts';
import { armPanels, panelTitles } from './panel-titles.ts';
import { type Pair, seriesPoints } from './series.ts';
import { theme } from './theme.ts';

const WIDTH = 228;

/**
 * A quantity of teacher and student over the steps: a panel for each arm, its teacher solid, its student dashed, the
 * other arms' teachers in grey behind. Null where no run has it.
 *
 * @param beside the rows of all figures that share their axes with this one.
 */
export function learningCurves(
  rows: readonly Row[],
  pair: Pair,
  title: string,
  subtitle: readonly string[],
  beside: readonly Row[] = rows,
): TopLevelSpec | null {
  const all = pairPoints(beside, pair);
  const points = pairPoints(rows, pair);
  if (points.length === 0) return null;
  const arms = rows.filter(({ name }) => points.some(({ arm }) => arm === name));
  const names = arms.map(({ name }) => name);
  const seeds = Math.max(...arms.map(({ shown }) => shown.length));
  const titles = panelTitles(arms, WIDTH);
  const colours = armColours(rows.map(({ name }) => name));
  const steps = vegaAxis(stepAxis(all.map(({ step }) => step), 3)); // prettier-ignore
  const values = vegaAxis(roundAxis(all.flatMap(({ value, low = value, high = value }) => [low, high]), 5)); // prettier-ignore
  const x = {
    field: 'step',
    type: 'quantitative',
    title: 'training step',
    scale: steps.scale,
    axis: { ...steps.axis, grid: false },
  } as const;
  const y = {
    field: 'value',
    type: 'quantitative',
    title: inUnit(pair.teacher.title, pair.teacher.unit),
    ...values,
  } as const;
  const color = {
    field: 'arm',
    type: 'nominal',
    scale: { domain: names, range: names.map((name) => colours.get(name)) },
    legend: null,
  } as const;
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    config: theme,
    title: { text: title, subtitle: [...subtitle] },
    data: { name: 'curves', values: points.map((point) => ({ ...point, panel: titles.of(point.arm) })) },
    ...armPanels(names, titles),
    spec: {
      width: WIDTH,
      height: 165,
      layer: [
        {
          data: {
            name: 'others',
            values: points
              .filter(({ whose }) => whose === 'teacher')
              .map(({ arm, step, value }) => ({ other: arm, step, value })),
          },
          mark: { type: 'line', strokeWidth: 1, color: '#cccccc' },
          encoding: { x, y, detail: { field: 'other', type: 'nominal' } },
        },
        ...(seeds > 1
          ? [
              {
                mark: { type: 'area' as const, opacity: 0.15 },
                encoding: {
                  x,
                  y: { ...y, field: 'low' },
                  y2: { field: 'high' },
                  color,
                  detail: { field: 'whose', type: 'nominal' as const },
                },
              },
            ]
          : []),
        {
          mark: { type: 'line', strokeWidth: 2, clip: true },
          encoding: {
            x,
            y,
            color,
            strokeDash: {
              field: 'whose',
              type: 'nominal',
              scale: {
                domain: ['teacher', 'student'],
                range: [
                  [1, 0],
                  [4, 3],
                ],
              },
              legend: {
                title: null,
                orient: 'top',
                direction: 'horizontal',
                offset: 14,
                symbolSize: 600,
                symbolStrokeWidth: 2,
                symbolStrokeColor: '#222222',
              },
            },
          },
        },
      ],
    },
  };
}

function pairPoints(rows: readonly Row[], { teacher, student }: Pair) {
  return [teacher, student].flatMap((kind) =>
    seriesPoints(rows, kind).map((point) => ({ ...point, whose: kind.whose })),
  );
}
