import type { FailureRate, Headline, Plan } from '@spatial-ensemble/record';

import type { Section } from '../rows.ts';
import { plural } from '../text.ts';
import { LEVEL, type Verdict } from './decide.ts';
import { isExploratory } from './exploratory.ts';
import { mcNemar } from '../statistics/mcnemar.ts';
import { type Discordance, discordance, type Failures, failures } from './failures.ts';
import { titleOf } from './comparison-text.ts';
import { unpairedText } from './unpaired.ts';

/** A declared failure rate in one section. */
export interface FailureOutcome {
  readonly name: string;
  readonly declared: FailureRate;
  /** Of all arms but the reference. */
  readonly arms: readonly Failures[];
  /** `arm` against `over`; null where they share no seed with the reference. */
  readonly discordance: Discordance | null;
  readonly verdict: Extract<Verdict, 'supported' | 'refuted' | 'undecided' | 'not paired' | 'not run'>;
  /** The verdict with what it rests on, or what it would take. */
  readonly text: string;
  /** Whether results of this section were there when it was declared as it is. */
  readonly exploratory: boolean;
}

/** Seeds at which one alone failed that can decide at all: so many, all on one side. */
const FEWEST = [...Array(64).keys()].find((alone) => mcNemar(alone, 0) <= LEVEL)!;

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
      ...spoken(declared, found, section, headline),
      exploratory: isExploratory(plan, section, plan.declared.failures?.[name]?.after),
    };
  });
}

function spoken(
  { seeds: planned, ...arms }: FailureRate,
  found: Discordance | null,
  { rows }: Section,
  headline: Headline,
): Pick<FailureOutcome, 'verdict' | 'text'> {
  if (found === null) {
    const compared = [arms.arm, arms.over, arms.reference].map((arm) => ({ arm, whose: headline.whose }));
    const unpaired = unpairedText(rows, compared, headline);
    return unpaired === null
      ? { verdict: 'not run', text: 'not run: no seed has both arms and the reference' }
      : { verdict: 'not paired', text: unpaired };
  }
  const { seeds, first, second, p } = found;
  if (seeds.length < planned)
    return { verdict: 'undecided', text: `undecided: ${seeds.length} of ${plural(planned, 'planned seed')}` };
  if (p > LEVEL) return { verdict: 'undecided', text: `undecided: ${takesText(first.length + second.length)}` };
  const [arm, over] = [titleOf(rows, arms.arm), titleOf(rows, arms.over)];
  return first.length > second.length
    ? { verdict: 'supported', text: `supported: ${arm} fails more often than ${over}` }
    : { verdict: 'refuted', text: `refuted: ${over} fails more often than ${arm}` };
}

/** Nothing is declared that a number of seeds would follow from, but fewer failures than these decide nothing. */
function takesText(alone: number): string {
  const few = alone < FEWEST ? `, and fewer than ${FEWEST} decide nothing` : '';
  return `one alone failed at ${plural(alone, 'seed')}${few}; no smallest difference is declared, so no number of seeds is known that would decide`;
}
