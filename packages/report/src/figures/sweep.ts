import type { Json } from '@spatial-ensemble/record';
import type { TopLevelSpec } from 'vega-lite';

import { type Point, type SweptGrid, sweepName, valueText } from '../sweeps/points.ts';
import { roundAxis, vegaAxis } from './axis.ts';
import { armColours } from './palette.ts';
import { rounded } from './rounded.ts';
import { theme } from './theme.ts';
import { wrap } from './wrap.ts';

/** Of all panels of a row together. */
const WIDTH = 690;
const GAP = 30;
const HEIGHT = 240;

/**
 * The headline over the first swept key, a panel for each combination of the others: by arm the means, their 95 %
 * intervals, and each seed as a point. The values stand at equal distances, for 0.9, 0.99 and 0.999 would else lie on each
 * other. Null where no run has a number.
 *
 * @param arms all of the study, so that each keeps its colour
 * @param axis what stands at the axis of the numbers
 */
export function sweepFigure(
  { sweep, points }: SweptGrid,
  arms: readonly string[],
  axis: string,
  subtitle: readonly string[],
): TopLevelSpec | null {
  const shown = points.filter(({ sample }) => sample.mean !== null);
  if (shown.length === 0) return null;
  const [key = '', ...others] = sweep.keys;
  const panels = [...new Map(shown.map(({ values: [, ...rest] }) => [JSON.stringify(rest), rest])).values()];
  const titles = new Map(shown.map(({ row }) => [row.name, row.arm.title]));
  const colours = armColours(arms);
  const columns = Math.min(2, panels.length);
  const width = (WIDTH - GAP * (columns - 1)) / columns;
  const values = [...new Set(points.map((point) => valueText(point.values[0])))];
  const x = {
    field: 'value',
    type: 'nominal' as const,
    title: wrap(key, width, 13),
    sort: values,
    scale: { type: 'band' as const, domain: values, paddingInner: 0.2, paddingOuter: 0.1 },
    axis: { labelAngle: 0, grid: false, labelLimit: width / values.length },
  };
  const xOffset = { field: 'title', type: 'nominal' as const, sort: [...titles.values()], scale: { domain: [...titles.values()], paddingOuter: 0.5 } }; // prettier-ignore
  const numbers = shown.flatMap(({ sample, interval }) => [...sample.values, ...(interval ?? [])]);
  const y = { type: 'quantitative' as const, title: axis, ...vegaAxis(roundAxis(numbers, 5)) };
  const color = {
    field: 'title',
    type: 'nominal' as const,
    scale: { domain: [...titles.values()], range: [...titles.keys()].map((name) => colours.get(name)) },
    legend: { title: null, orient: 'top' as const, direction: 'horizontal' as const, columns: 2, offset: 14 },
  };
  const panelOf = (rest: readonly Json[], place: number) => {
    const here = shown.filter(({ values: [, ...own] }) => JSON.stringify(own) === JSON.stringify(rest));
    const of = ({ values: [value], row }: Point) => ({ value: valueText(value), title: row.arm.title });
    const name = others.map((other, i) => `${other} = ${valueText(rest[i])}`).join(', ');
    return {
      ...(name !== '' && {
        title: { text: wrap(name, width, 13), fontSize: 13, offset: 8, frame: 'group' as const },
      }),
      width,
      height: HEIGHT,
      layer: [
        {
          data: {
            name: `seeds ${place}`,
            values: here.flatMap((one) => one.sample.values.map((number, i) => ({ ...of(one), seed: one.sample.seeds[i], number: rounded(number) }))), // prettier-ignore
          },
          mark: { type: 'point' as const, filled: true, size: 22, opacity: 0.45 },
          encoding: { x, xOffset, y: { field: 'number', ...y }, color },
        },
        {
          data: {
            name: `intervals ${place}`,
            values: here.flatMap((one) => one.interval === null ? [] : [{ ...of(one), low: rounded(one.interval[0]), high: rounded(one.interval[1]) }]), // prettier-ignore
          },
          mark: { type: 'rule' as const, strokeWidth: 2 },
          encoding: { x, xOffset, y: { field: 'low', ...y }, y2: { field: 'high' }, color },
        },
        {
          data: {
            name: `means ${place}`,
            values: here.map((one) => ({ ...of(one), mean: rounded(one.sample.mean!) })),
          },
          mark: { type: 'point' as const, filled: true, size: 70, opacity: 1 },
          encoding: { x, xOffset, y: { field: 'mean', ...y }, color },
        },
      ],
    };
  };
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    config: theme,
    title: { text: wrap(`Sweep of ${sweepName(sweep)}`, WIDTH, 16), subtitle: [...subtitle] },
    spacing: GAP,
    columns,
    concat: panels.map(panelOf),
  } as unknown as TopLevelSpec;
}
