import type { MetricDeclaration, MetricDeclarations, TrainedLine, Window } from '@spatial-ensemble/record';

/** No step yet. */
export const EMPTY_WINDOW: Window = { count: 0, sums: {}, counts: {} };

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
