import { arithmeticKey, arithmeticText, compareArithmetic } from './arithmetic.ts';
import { behind, type Row } from './rows.ts';
import { count, seedsText } from './text.ts';

/** An arithmetic among those of a section, and what ran with it. */
export interface Pool {
  readonly letter: string;
  readonly key: string;
  readonly text: string;
  /** Seeds of the trained runs. */
  readonly seeds: readonly number[];
  /** Seeds by the evaluation's name. */
  readonly evaluations: ReadonlyMap<string, readonly number[]>;
}

/** The arithmetics behind rows, in `compareArithmetic`'s order. */
export function poolsOf(rows: readonly Row[]): Pool[] {
  const runs = rows.flatMap((row) =>
    behind(row).map(({ planned, result }) => ({ planned, arithmetic: result.run.arithmetic })),
  );
  const kinds = distinct(
    runs.map(({ arithmetic }) => arithmetic),
    arithmeticKey,
  ).sort(compareArithmetic);
  return kinds.map((arithmetic, i) => {
    const key = arithmeticKey(arithmetic);
    const here = runs.filter((run) => arithmeticKey(run.arithmetic) === key);
    const seedsOf = (evaluation: string | undefined): number[] =>
      [
        ...new Set(here.filter(({ planned }) => planned.evaluation === evaluation).map(({ planned }) => planned.seed)),
      ].sort((a, b) => a - b);
    const names = [...new Set(here.flatMap(({ planned }) => planned.evaluation ?? []))];
    return {
      letter: String.fromCodePoint('a'.codePointAt(0)! + i),
      key,
      text: arithmeticText(arithmetic),
      seeds: seedsOf(undefined),
      evaluations: new Map(names.map((name) => [name, seedsOf(name)])),
    };
  });
}

/** Said of a section whose means pool pairs of several arithmetics; undefined where there is one. */
export function pooledText(rows: readonly Row[]): string | undefined {
  const pools = poolsOf(rows).filter(({ seeds }) => seeds.length > 0);
  if (pools.length < 2) return undefined;
  const parts = pools.map(({ letter, seeds }) => `${seedsText(seeds)} with (${letter})`);
  return `**Pairs of ${pools.length} arithmetics.** The arms of one seed ran with the same arithmetic; the rows pool ${parts.join(', ')}, which are spelled out under _Runs_.`;
}

/** How many arithmetics the shown runs of a row have. */
export function pairArithmetics({ shown }: Row): number {
  return new Set(shown.map(({ result }) => arithmeticKey(result.run.arithmetic))).size;
}

/** How many seeds a row has, `3`; with how many of each arithmetic, where the section has several: `3 (2 a, 1 b)`. */
export function seedCounts(rows: readonly Row[]): (row: Row) => string {
  const pools = poolsOf(rows).filter(({ seeds }) => seeds.length > 0);
  return ({ shown }) => {
    const of = pools.map(
      ({ key, letter }) =>
        [shown.filter(({ result }) => arithmeticKey(result.run.arithmetic) === key).length, letter] as const,
    );
    const text = of.flatMap(([n, letter]) => (n > 0 ? [`${n} ${letter}`] : [])).join(', ');
    return pools.length < 2 || shown.length === 0 ? count(shown.length) : `${count(shown.length)} (${text})`;
  };
}

/** The first of each key. */
export function distinct<T>(items: readonly T[], key: (item: T) => string): T[] {
  return [...new Map(items.map((item) => [key(item), item])).values()];
}
