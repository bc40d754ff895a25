import { type Json, sweptValues } from '@spatial-ensemble/record';
import { CHOOSING } from './selected.ts';

/** What is swept, and what else `--set` gives all runs of it. */
interface Grid {
  readonly keys: readonly string[];
  readonly fixed: readonly string[];
}

/** One combination of values. */
export interface GridPoint {
  /** The grid that it is of, and its values in the order of the grid's keys; undefined where nothing is swept. */
  readonly swept: { readonly grid: Grid; readonly values: readonly Json[] } | undefined;
  /** `--set` as it gives this one alone, in the order given. */
  readonly overrides: readonly string[];
}

/**
 * The product of what `--set key=a,b` says, the last key going round fastest; one point where no text holds several values.
 *
 * @throws Error where a text cannot be read for certain
 */
export function gridPoints(overrides: readonly string[]): GridPoint[] {
  const given = overrides.map((text) => ({ text, swept: CHOOSING.test(text) ? undefined : sweptValues(text) }));
  const keys = given.flatMap(({ swept }) => (swept === undefined ? [] : [swept.key]));
  const grid = { keys, fixed: given.flatMap(({ text, swept }) => (swept === undefined ? [text] : [])) };
  const points = given.reduce<readonly { readonly values: readonly Json[]; readonly overrides: readonly string[] }[]>(
    (before, { text, swept }) =>
      before.flatMap((point) =>
        swept === undefined
          ? [{ ...point, overrides: [...point.overrides, text] }]
          : swept.values.map((one) => ({
              values: [...point.values, one.value],
              overrides: [...point.overrides, one.text],
            })),
      ),
    [{ values: [], overrides: [] }],
  );
  return points.map(({ values, overrides: own }) => ({
    swept: keys.length === 0 ? undefined : { grid, values },
    overrides: own,
  }));
}

/** `teacher.momentum.value=0.9, spec.batch=64`: what tells the runs of a grid apart. */
export function sweptText({ grid, values }: NonNullable<GridPoint['swept']>): string {
  return grid.keys.map((key, i) => `${key}=${valueText(values[i]!)}`).join(', ');
}

function valueText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
