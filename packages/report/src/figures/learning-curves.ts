import type { TopLevelSpec } from 'vega-lite';

import type { Row } from '../rows.ts';
import { widest } from './fonts.ts';
import { armColours } from './palette.ts';
import { series } from './series.ts';
import { theme } from './theme.ts';

const WIDTH = 228;

const NETWORKS = [
  { column: 'teacherAccuracy', network: 'teacher' },
  { column: 'studentAccuracy', network: 'student' },
] as const;

/**
 * Accuracy on held-out training images over the steps: a panel for each arm, its teacher solid, its student dashed,
 * the other arms' teachers in grey behind. Null where no run has such a curve.
 */
export function learningCurves(rows: readonly Row[], title: string, subtitle: readonly string[]): TopLevelSpec | null {
  const points = NETWORKS.flatMap(({ column, network }) =>
    series(rows, (point) => point[column]).map((point) => ({ ...point, network })),
  );
  if (points.length === 0) return null;
  const arms = rows.filter(({ name }) => points.some(({ arm }) => arm === name));
  const names = arms.map(({ name }) => name);
  const seeds = Math.max(...arms.map(({ shown }) => shown.length));
  // A long title is set smaller, so that it stays over its own panel.
  const titleWidth = widest(
    arms.map(({ arm }) => arm.title),
    13,
    'bold',
  );
  const fontSize = Math.min(13, Math.floor((13 * WIDTH) / titleWidth));
  const x = {
    field: 'step',
    type: 'quantitative',
    title: 'training step',
    axis: { format: ',d', tickCount: 4, grid: false },
  } as const;
  const y = {
    field: 'value',
    type: 'quantitative',
    title: 'accuracy (%)',
    scale: { zero: false, nice: true },
    axis: { tickCount: 5 },
  } as const;
  const color = {
    field: 'arm',
    type: 'nominal',
    scale: { domain: names, range: armColours(names) },
    legend: null,
  } as const;
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    config: theme,
    title: { text: title, subtitle: [...subtitle] },
    data: { name: 'curves', values: points },
    facet: {
      field: 'title',
      type: 'nominal',
      sort: arms.map(({ arm }) => arm.title),
      title: null,
      header: { labelAnchor: 'start', labelPadding: 2, labelFontSize: fontSize },
    },
    columns: Math.min(3, arms.length),
    spacing: { row: 14, column: 22 },
    spec: {
      width: WIDTH,
      height: 165,
      layer: [
        {
          data: {
            name: 'others',
            values: points
              .filter(({ network }) => network === 'teacher')
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
                  detail: { field: 'network', type: 'nominal' as const },
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
              field: 'network',
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
