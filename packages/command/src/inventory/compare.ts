import { leaves, type Measure, type Result } from '@spatial-ensemble/record';
import { markdownTable } from 'markdown-table';
import type { z } from 'zod';
import type { Compared } from './formats.ts';
import type { KnownRun } from './inventory.ts';

type Comparison = z.infer<typeof Compared>;

/**
 * What differs between two runs: all that decides them, and what they came to.
 *
 * @throws Error where one has no result that could be read
 */
export function comparedRuns(...runs: readonly [KnownRun, KnownRun]): Comparison {
  return {
    format: 'spatial-ensemble/compare-1',
    runs: [runs[0].short, runs[1].short],
    ...comparedResults(resultOf(runs[0]), resultOf(runs[1])),
  };
}

/** What differs between two results: all that decides them, and what they came to. */
export function comparedResults(a: Result, b: Result): Pick<Comparison, 'differences' | 'measures'> {
  const flat = [new Map(leaves(a.run)), new Map(leaves(b.run))] as const;
  const paths = [...new Set(flat.flatMap((one) => [...one.keys()]))];
  const numbers = [valuesOf(a), valuesOf(b)] as const;
  const names = [...new Set(numbers.flatMap((one) => [...one.keys()]))];
  return {
    differences: paths
      .map((path) => ({ path, values: [flat[0].get(path) ?? null, flat[1].get(path) ?? null] as [unknown, unknown] }))
      .filter(({ values: [one, other] }) => JSON.stringify(one) !== JSON.stringify(other)),
    measures: names.map((measure) => ({
      measure,
      values: [numbers[0].get(measure) ?? null, numbers[1].get(measure) ?? null],
    })),
  };
}

function resultOf({ stored, short, state, problem }: KnownRun): Result {
  if (stored === undefined) throw new Error(`run ${short} has no result to compare: it is ${problem ?? state}`);
  return stored.result;
}

function valuesOf({ measures }: Result): ReadonlyMap<string, number> {
  return new Map(measures.map((one) => [measureName(one), one.value]));
}

export function comparedText({ runs, differences, measures }: Comparison): string {
  const table = (what: string, rows: readonly (readonly [string, readonly [unknown, unknown]])[]): string =>
    markdownTable([[what, ...runs], ...rows.map(([name, values]) => [name, ...values.map(valueText)])]);
  return [
    differences.length === 0
      ? 'the same run'
      : table(
          'differs',
          differences.map(({ path, values }) => [path, values]),
        ),
    table(
      'measure',
      measures.map(({ measure, values }) => [measure, values]),
    ),
  ].join('\n\n');
}

function measureName({ name, whose, split, rule }: Measure): string {
  return [name, whose, split, rule].join(' ');
}

function valueText(value: unknown): string {
  if (value === null) return '–';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
