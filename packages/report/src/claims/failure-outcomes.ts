import type { FailureRate, Plan } from '@spatial-ensemble/record';

import type { Section } from '../rows.ts';
import { plural } from '../text.ts';
import { LEVEL } from './decide.ts';
import { isExploratory } from './exploratory.ts';
import { type Discordance, discordance, type Failures, failures } from './failures.ts';
import { titleOf } from './comparison-text.ts';

/** A declared failure rate in one section. */
export interface FailureOutcome {
  readonly name: string;
  readonly declared: FailureRate;
  /** Of all arms but the reference. */
  readonly arms: readonly Failures[];
  /** `arm` against `over`; null where they share no seed with the reference. */
  readonly discordance: Discordance | null;
  readonly verdict: 'supported' | 'refuted' | 'undecided' | 'not run';
  /** The verdict with what it rests on. */
  readonly text: string;
  /** Whether results of this section were there when it was declared as it is. */
  readonly exploratory: boolean;
}

/**
 * The failure rates of a section of any tier but `smoke`. The one rule: `arm` fails more often than `over` where
 * McNemar's exact p, two-sided, is at most .05 on that side, and less often on the other; nothing is said before the
 * planned seeds are there.
 */
export function failureOutcomes(plan: Plan, section: Section): FailureOutcome[] {
  if (section.tier === 'smoke') return [];
  const { headline, failures: rates = {} } = plan.study;
  return Object.entries(rates).map(([name, declared]) => {
    const arms = failures(section.rows, declared.reference, headline);
    const [one, other] = [declared.arm, declared.over].map((arm) => arms.find((found) => found.arm === arm));
    const found = one === undefined || other === undefined ? null : discordance(one, other);
    return {
      name,
      declared,
      arms,
      discordance: found,
      ...spoken(declared, found, [declared.arm, declared.over].map((arm) => titleOf(section.rows, arm))), // prettier-ignore
      exploratory: isExploratory(plan, section, plan.declared.failures?.[name]?.after),
    };
  });
}

function spoken(
  { seeds: planned }: FailureRate,
  found: Discordance | null,
  [arm, over]: readonly string[],
): Pick<FailureOutcome, 'verdict' | 'text'> {
  if (found === null) return { verdict: 'not run', text: 'not run: no seed has both arms and the reference' };
  const { seeds, first, second, p } = found;
  if (seeds.length < planned)
    return { verdict: 'undecided', text: `undecided: ${seeds.length} of ${plural(planned, 'planned seed')}` };
  if (p > LEVEL) return { verdict: 'undecided', text: 'undecided: that one fails more often is not shown' };
  return first.length > second.length
    ? { verdict: 'supported', text: `supported: ${arm} fails more often than ${over}` }
    : { verdict: 'refuted', text: `refuted: ${over} fails more often than ${arm}` };
}
