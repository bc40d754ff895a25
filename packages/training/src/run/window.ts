import type { MetricDeclaration, MetricDeclarations, TrainedLine, Window } from '@spatial-ensemble/record';

/** A metric of one step: a number, or the sum and the count of a share. */
export interface Metered {
  readonly name: string;
  readonly summed: MetricDeclaration['summed'];
  readonly sum: number;
  /** Of a share alone. */
  readonly count?: number;
}

/** No step yet. */
export const EMPTY_WINDOW: Window = { count: 0, sums: {}, counts: {} };

/** A window with one more step. */
export function addTo(window: Window, metrics: readonly Metered[]): Window {
  const before = (name: string, sums: Window['sums']): number => sums[name] ?? 0;
  const sums = metrics.map(({ name, summed, sum }) => [
    name,
    summed === 'last' ? sum : before(name, window.sums) + sum,
  ]);
  const counts = metrics.flatMap(({ name, summed, count = 0 }) =>
    summed === 'mean' ? [] : [[name, summed === 'last' ? 1 : before(name, window.counts) + count]],
  );
  return { count: window.count + 1, sums: Object.fromEntries(sums), counts: Object.fromEntries(counts) };
}

/** Each metric over the window's steps. A share of nothing has no value, and is left out. */
export function means({ count, sums, counts }: Window): { [name: string]: number } {
  return Object.fromEntries(
    Object.entries(sums)
      .map(([name, sum]) => [name, sum / (counts[name] ?? count)] as const)
      .filter(([name]) => counts[name] !== 0),
  );
}

/** The first metric that is declared, over a window: what is shown while a run goes on. */
export function firstOf(
  declared: MetricDeclarations,
  { values }: TrainedLine,
): { readonly title: string; readonly value: number } | undefined {
  const [first] = Object.entries(declared);
  const value = values[first?.[0] ?? ''];
  if (first === undefined || value === undefined) return undefined;
  return { title: first[1].title, value: inUnit(first[1], value) };
}

/** What a step gives, in the unit that it is declared in: a percentage is given as a share. */
export function inUnit({ unit }: Pick<MetricDeclaration, 'unit'>, value: number): number {
  return unit === '%' ? 100 * value : value;
}
