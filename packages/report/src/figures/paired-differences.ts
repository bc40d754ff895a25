import type { TopLevelSpec } from 'vega-lite';

import type { DifferenceLine } from '../claims/differences-table.ts';
import { roundAxis, vegaAxis } from './axis.ts';
import { rounded } from './rounded.ts';
import { rowLabels } from './row-labels.ts';
import { theme } from './theme.ts';
import { differenceUnit } from '../text.ts';

const WIDTH = 520;
/** Of a comparison's title, which stands left of its line. */
const TITLE = 200;

/**
 * A comparison a line: a point for each seed, the mean, and its 95 % interval by Student's t. A thin line joins the points
 * of a seed from one comparison to the next, where that has it too. Null where there are no pairs.
 */
export function pairedDifferences(
  lines: readonly DifferenceLine[],
  unit: string,
  subtitle: readonly string[],
): TopLevelSpec | null {
  const having = lines.filter(({ paired }) => paired.differences.values.length > 0);
  if (having.length === 0) return null;
  const {
    labels,
    step,
    axis: rows,
  } = rowLabels(
    having.map(({ title }) => title),
    TITLE,
  );
  const drawn = having.map((line, i) => ({ ...line, label: labels[i]! }));
  const points = drawn.flatMap(({ label, paired: { differences } }) =>
    differences.values.map((value, i) => ({ comparison: label, seed: differences.seeds[i], value: rounded(value) })),
  );
  const joined = drawn.slice(1).flatMap(({ label, paired: { differences } }, i) => {
    const { label: above, paired } = drawn[i]!;
    return differences.seeds.flatMap((seed, place) => {
      const value = paired.differences.values[paired.differences.seeds.indexOf(seed)];
      const next = differences.values[place];
      if (value === undefined || next === undefined) return [];
      const line = { seed, line: `${seed}, ${i}` };
      return [{ ...line, comparison: above, value: rounded(value) }, { ...line, comparison: label, value: rounded(next) }]; // prettier-ignore
    });
  });
  const means = drawn.map(({ label, paired: { differences }, interval }) => ({
    comparison: label,
    value: rounded(differences.mean ?? NaN),
    ...(interval !== null && { low: rounded(interval[0]), high: rounded(interval[1]) }),
  }));
  const numbers = [0, ...points.map(({ value }) => value), ...means.flatMap(({ low, high }) => [low ?? 0, high ?? 0])];
  const { scale, axis } = vegaAxis(roundAxis(numbers, 5));
  const x = {
    type: 'quantitative' as const,
    title: `difference${unit === '' ? '' : ` (${differenceUnit(unit)})`}`,
    scale,
    axis: { ...axis, grid: true },
  };
  const y = {
    field: 'comparison',
    type: 'nominal' as const,
    title: null,
    sort: labels,
    axis: rows,
  };
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    config: theme,
    title: { text: 'Paired differences', subtitle: [...subtitle] },
    width: WIDTH,
    height: { step: Math.max(46, step) },
    layer: [
      // Without data of its own the line would not be drawn.
      {
        data: { name: 'zero', values: [{}] },
        mark: { type: 'rule', color: '#999999' },
        encoding: { x: { datum: 0, ...x } },
      },
      ...(joined.length === 0
        ? []
        : [
            {
              data: { name: 'seeds', values: joined },
              mark: { type: 'line' as const, strokeWidth: 1, opacity: 0.35, color: '#0072B2' },
              encoding: {
                x: { field: 'value', ...x },
                y,
                detail: { field: 'line', type: 'nominal' as const },
              },
            },
          ]),
      {
        data: { name: 'pairs', values: points },
        mark: { type: 'point', filled: true, size: 45, opacity: 0.55, color: '#0072B2' },
        encoding: { x: { field: 'value', ...x }, y },
      },
      {
        data: { name: 'intervals', values: means.filter(({ low }) => low !== undefined) },
        mark: { type: 'rule', strokeWidth: 2, color: '#222222' },
        encoding: { x: { field: 'low', ...x }, x2: { field: 'high' }, y },
      },
      {
        data: { name: 'means', values: means },
        mark: { type: 'tick', thickness: 3, size: 18, color: '#222222', opacity: 1 },
        encoding: { x: { field: 'value', ...x }, y },
      },
    ],
  };
}
