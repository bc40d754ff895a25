import type { Metrics } from '@spatial-ensemble/training';

/** Metrics of one step as numbers; a share of nothing is 0, as in the reference. */
export function shown(metrics: Metrics): { readonly [name: string]: number } {
  const value = (tensor: { dataSync(): ArrayLike<number> }): number => tensor.dataSync()[0]!;
  return Object.fromEntries(
    Object.entries(metrics).map(([name, metric]) => [
      name,
      'count' in metric ? value(metric.sum) / Math.max(1, value(metric.count)) : value(metric),
    ]),
  );
}
