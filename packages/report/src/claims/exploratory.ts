import type { Plan } from '@spatial-ensemble/record';

import type { Section } from '../rows.ts';

/**
 * Whether something is exploratory in a section: whether results of it were there when it was declared as it is.
 *
 * @param after the results that there were of the study; absent: none
 */
export function isExploratory(
  { runs, former = [] }: Plan,
  { tier, variant }: Section,
  after: readonly string[] = [],
): boolean {
  const before = new Set(after);
  return [...runs, ...former].some(
    (run) => run.tier === tier && run.variant === variant?.name && run.identities.some((id) => before.has(id)),
  );
}
