import { askedRuns, type Plan } from '@spatial-ensemble/record';

import type { Section } from '../rows.ts';

/**
 * Whether something is exploratory in a section: whether results of it were there when it was declared as it is.
 *
 * What was swept there counts: who has seen it has chosen after it.
 *
 * @param after the results that there were of the study; absent: none
 */
export function isExploratory(plan: Plan, { tier, variant }: Section, after: readonly string[] = []): boolean {
  const before = new Set(after);
  return [...askedRuns(plan), ...(plan.former ?? [])].some(
    (run) => run.tier === tier && run.variant === variant?.name && run.identities.some((id) => before.has(id)),
  );
}
