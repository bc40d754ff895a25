import type { Comparison } from '@spatial-ensemble/record';

import type { Row } from '../rows.ts';

/**
 * `STS − TMA`; with the measure, where it is not the headline's: `STS − TMA, knn`; with whose numbers they are, where a
 * comparison says: `TMA: teacher − student`, `STS (student) − TMA (student)`.
 */
export function comparisonText(rows: readonly Row[], { arm, over, metric, whose, overWhose }: Comparison): string {
  const [above, below] = [titleOf(rows, arm), titleOf(rows, over)];
  const of = (title: string, network: Comparison['whose']): string =>
    network === undefined ? title : `${title} (${network})`;
  const difference =
    arm === over && whose !== undefined && overWhose !== undefined
      ? `${above}: ${whose} − ${overWhose}`
      : `${of(above, whose)} − ${of(below, overWhose ?? whose)}`;
  return `${difference}${metric === undefined ? '' : `, ${metric}`}`;
}

/** What an arm is called. */
export function titleOf(rows: readonly Row[], name: string): string {
  return rows.find((one) => one.name === name)?.arm.title ?? name;
}
