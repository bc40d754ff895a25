import type { Plan } from '@spatial-ensemble/record';

import { decidedIn } from './decided/decided-in.ts';
import type { Section } from './rows.ts';
import type { Facets } from './tabular.ts';

/** What a section can be looked for by. */
export function facetsOf(plan: Plan, section: Section): Facets {
  return {
    tier: section.tier,
    method: plan.method.name,
    verdicts: [...new Set(decidedIn(plan, section).map(({ verdict }) => verdict))],
  };
}
