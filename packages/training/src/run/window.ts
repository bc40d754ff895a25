/** Sums of metrics over the steps since the last line that was written. */
export interface Window {
  readonly count: number;
  readonly sums: { readonly [name: string]: number };
}

export const EMPTY_WINDOW: Window = { count: 0, sums: {} };

export function addTo(window: Window, names: readonly string[], values: ArrayLike<number>): Window {
  return {
    count: window.count + 1,
    sums: Object.fromEntries(names.map((name, i) => [name, (window.sums[name] ?? 0) + values[i]!])),
  };
}

export function means({ count, sums }: Window): { [name: string]: number } {
  return Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum / count]));
}
