import type { TopLevelSpec } from 'vega-lite';

import type { Row } from '../rows.ts';
import { roundAxis, stepAxis, vegaAxis } from './axis.ts';
import { leads } from './lead.ts';
import { armColours } from './palette.ts';
import { armPanels, panelTitles } from './panel-titles.ts';
import type { Pair } from './series.ts';
import { theme } from './theme.ts';
import { differenceUnit } from '../text.ts';

const WIDTH = 228;

/**
 * How far the teacher lies above its student over the steps: a panel for each arm, a thin line for each seed, their mean
 * with its 95 % interval. Null where no arm with a teacher of its own has two seeds.
 *
 * @param beside the rows of all figures that share their axes with this one.
 */
export function teacherLead(
  rows: readonly Row[],
  pair: Pair,
  title: string,
  subtitle: readonly string[],
  beside: readonly Row[] = rows,
): TopLevelSpec | null {
  const { seeds, intervals } = leads(rows, pair);
  if (intervals.length === 0) return null;
  const all = leads(beside, pair);
  const arms = rows.filter(({ name }) => intervals.some(({ arm }) => arm === name));
  const names = arms.map(({ name }) => name);
  const titles = panelTitles(arms, WIDTH);
  const colours = armColours(rows.map(({ name }) => name));
  const steps = vegaAxis(stepAxis(all.intervals.map(({ step }) => step), 3)); // prettier-ignore
  const ends = [...all.seeds.map(({ value }) => value), ...all.intervals.flatMap(({ low, high }) => [low, high])];
  const { unit } = pair.teacher;
  const x = { field: 'step', type: 'quantitative', title: 'training step', scale: steps.scale, axis: { ...steps.axis, grid: false } } as const; // prettier-ignore
  const y = {
    type: 'quantitative',
    title: `teacher − student${unit === '' ? '' : ` (${differenceUnit(unit)})`}`,
    ...vegaAxis(roundAxis([0, ...ends], 4)),
  } as const;
  const color = {
    field: 'arm',
    type: 'nominal',
    scale: { domain: names, range: names.map((name) => colours.get(name)) },
    legend: null,
  } as const;
  // One list for all layers, so that the panels of each are the same.
  const values = [...seeds, ...intervals].map((point) => ({ ...point, panel: titles.of(point.arm) }));
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    config: theme,
    title: { text: title, subtitle: [...subtitle] },
    data: { name: 'leads', values },
    ...armPanels(names, titles),
    spec: {
      width: WIDTH,
      height: 165,
      layer: [
        {
          // One line a panel, not one a point.
          data: { name: 'zero', values: [{}] },
          mark: { type: 'rule', color: '#999999' },
          encoding: { y: { datum: 0, ...y } },
        },
        {
          transform: [{ filter: 'isValid(datum.seed)' }],
          mark: { type: 'line', strokeWidth: 1, opacity: 0.3 },
          encoding: { x, y: { field: 'value', ...y }, color, detail: { field: 'seed', type: 'nominal' } },
        },
        {
          transform: [{ filter: '!isValid(datum.seed)' }],
          mark: { type: 'area', opacity: 0.2 },
          encoding: { x, y: { field: 'low', ...y }, y2: { field: 'high' }, color },
        },
        {
          transform: [{ filter: '!isValid(datum.seed)' }],
          mark: { type: 'line', strokeWidth: 2 },
          encoding: { x, y: { field: 'value', ...y }, color },
        },
      ],
    },
  } as TopLevelSpec;
}
