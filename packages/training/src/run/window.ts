import type { Window } from '@spatial-ensemble/record';

/** A metric of one step: a number, or the sum and the count of a share. */
export interface Metered {
  readonly name: string;
  readonly sum: number;
  /** Absent: the metric is a number, of which steps are averaged. */
  readonly count?: number;
}

/** No step yet. */
export const EMPTY_WINDOW: Window = { count: 0, sums: {}, counts: {} };

export function addTo(window: Window, metrics: readonly Metered[]): Window {
  const sums = metrics.map(({ name, sum }) => [name, (window.sums[name] ?? 0) + sum]);
  const counts = metrics.flatMap(({ name, count }) =>
    count === undefined ? [] : [[name, (window.counts[name] ?? 0) + count]],
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
