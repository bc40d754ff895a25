import type { TopLevelSpec } from 'vega-lite';

import type { Level } from '../factors/levels.ts';
import type { FactorOutcome, SeriesOutcome } from '../factors/outcomes.ts';
import { capitalised, differenceUnit, inUnit } from '../text.ts';
import { roundAxis, vegaAxis } from './axis.ts';
import { rounded } from './rounded.ts';
import { theme } from './theme.ts';
import { wrap } from './wrap.ts';

/** Of all panels of a row together. */
const WIDTH = 690;
const GAP = 30;
const HEIGHT = 220;

/**
 * How far each level of a factor lies above the first of its series: a panel a series, a thin line a seed, the means with
 * the 95 % intervals of their pairs on top. Null where no two seeds have all arms.
 *
 * @param unit of the differences
 */
export function factorFigure(
  { factor, series, seeds }: FactorOutcome,
  unit: string,
  subtitle: readonly string[],
): TopLevelSpec | null {
  if (seeds.length < 2) return null;
  const numbers = series.flatMap(({ levels }) =>
    levels.flatMap(({ differences, interval }) => [...differences.values, ...(interval ?? [])]),
  );
  const columns = Math.min(2, series.length);
  const width = (WIDTH - GAP * (columns - 1)) / columns;
  const y = {
    type: 'quantitative' as const,
    title: inUnit('difference to the first', differenceUnit(unit)),
    ...vegaAxis(roundAxis([0, ...numbers], 5)),
  };
  const panelOf = ({ title, levels }: SeriesOutcome) => {
    const x = levelAxis(levels, wrap(inUnit(factor.title, factor.unit ?? ''), width, 13), width);
    const ofLevel = ({ level }: Level) => ({ level: placeOf(level, width / levels.length) });
    return {
      title: { text: wrap(capitalised(title), width, 13), fontSize: 13, offset: 8, frame: 'group' as const },
      width,
      height: HEIGHT,
      layer: [
        {
          data: { name: `zero of ${title}`, values: [{}] },
          mark: { type: 'rule' as const, color: '#999999' },
          encoding: { y: { datum: 0, ...y } },
        },
        {
          data: {
            name: `seeds of ${title}`,
            values: levels.flatMap(
              (one) =>
              one.differences.values.map((value, i) => ({ ...ofLevel(one), seed: one.differences.seeds[i], value: rounded(value) })), // prettier-ignore
            ),
          },
          mark: { type: 'line' as const, strokeWidth: 1, color: '#0072B2', opacity: 0.45 },
          encoding: { x, y: { field: 'value', ...y }, detail: { field: 'seed', type: 'nominal' as const } },
        },
        {
          data: {
            name: `intervals of ${title}`,
            values: levels.flatMap(
              (one) =>
              one.interval === null ? [] : [{ ...ofLevel(one), low: rounded(one.interval[0]), high: rounded(one.interval[1]) }], // prettier-ignore
            ),
          },
          mark: { type: 'rule' as const, strokeWidth: 2, color: '#222222' },
          encoding: { x, y: { field: 'low', ...y }, y2: { field: 'high' } },
        },
        {
          data: {
            name: `means of ${title}`,
            values: levels.map((one) => ({ ...ofLevel(one), value: rounded(one.differences.mean ?? NaN) })),
          },
          mark: { type: 'point' as const, filled: true, size: 60, opacity: 1, color: '#222222' },
          encoding: { x, y: { field: 'value', ...y } },
        },
      ],
    };
  };
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    config: theme,
    title: { text: wrap(capitalised(factor.title), WIDTH, 16), subtitle: [...subtitle] },
    spacing: GAP,
    columns,
    concat: series.map(panelOf),
  } as TopLevelSpec;
}

/** Where a level stands: at its number, or under its name, whose lines stay apart from the others'. */
function placeOf(level: Level['level'], width: number): number | string {
  return typeof level === 'number' ? level : wrap(level, width, 12).join('\n');
}

/** Numbers stand where they lie, names one after the other. */
function levelAxis(levels: readonly Level[], title: string[], width: number) {
  const numbers = levels.map(({ level }) => level).filter((level) => typeof level === 'number');
  if (numbers.length < levels.length)
    return {
      field: 'level',
      type: 'nominal' as const,
      title,
      sort: levels.map(({ level }) => placeOf(level, width / levels.length)),
      scale: { type: 'point' as const, padding: 0.4 },
      axis: { labelAngle: 0, labelExpr: "split(datum.label, '\\n')" },
    };
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
  // So that a first or last level does not lie on the edge.
  const margin = ((most - least) * 12) / width;
  return {
    field: 'level',
    type: 'quantitative' as const,
    title,
    scale: { domain: [rounded(least - margin), rounded(most + margin)], nice: false, zero: false },
    axis: { values: numbers, format: '~r', grid: false, labelOverlap: true },
  };
}
