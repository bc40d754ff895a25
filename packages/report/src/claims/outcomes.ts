import {
  type Claim,
  comparedNetworks,
  type Comparison,
  type Headline,
  type Plan,
  plannedPairs,
} from '@spatial-ensemble/record';

import type { Section } from '../rows.ts';
import { plural } from '../text.ts';
import { type Decision, decisions, LEVEL, type Verdict } from './decide.ts';
import { isExploratory } from './exploratory.ts';
import { type GateOutcome, gateOutcome } from './gate.ts';
import { type Paired, pairedOf } from './pairs.ts';
import { type Compared, unpairedText } from './unpaired.ts';
import type { Sample } from '../statistics/sample.ts';

/** A claim in one section, with all that its verdict rests on. */
export interface Outcome {
  readonly name: string;
  readonly claim: Claim;
  readonly paired: Paired;
  readonly decision: Decision;
  readonly gates: readonly GateOutcome[];
  readonly verdict: Verdict;
  /** The verdict with what would change it. */
  readonly text: string;
  /** Whether results of this section were there when the claim was declared as it is. */
  readonly exploratory: boolean;
}

/** The claims that a study makes of a section, in the order in which it declares them. */
export function outcomesOf(plan: Plan, section: Section): Outcome[] {
  const { headline, gates = {}, claims = {} } = plan.study;
  const here = Object.entries(claims).filter(([, claim]) => isAsked(claim, section));
  const asked = here.map(([name, claim]) => ({ name, claim, paired: pairedOf(section.rows, claim.compare, headline) }));
  const decided = decisions(asked.map(({ claim, paired: { differences } }) => ({ claim, differences })));
  return asked.map((one, i) => {
    const decision = decided[i]!;
    const behind = one.claim.gates.map((gate) => gateOutcome(gate, gates[gate]!, section.rows, headline));
    return {
      ...one,
      decision,
      gates: behind,
      ...spoken(one.claim, one.paired.differences, decision, behind, section, headline),
      exploratory: isExploratory(plan, section, plan.declared.claims?.[one.name]?.after),
    };
  });
}

/** The gates that stand behind the claims of a section, each once. */
export function gatesOf(plan: Plan, section: Section): GateOutcome[] {
  const all = outcomesOf(plan, section).flatMap(({ gates }) => gates);
  return [...new Map(all.map((gate) => [gate.name, gate])).values()];
}

/** The comparisons that a study declares of a section, by its claims and their gates, each once. */
export function comparisonsOf(plan: Plan, section: Section): Comparison[] {
  const { gates = {}, claims = {} } = plan.study;
  const asked = Object.values(claims).filter((claim) => isAsked(claim, section));
  const all = asked.flatMap((claim) => [
    ...claim.gates.flatMap((name) => {
      const gate = gates[name];
      return gate?.kind === 'difference' ? [gate.compare] : [];
    }),
    claim.compare,
  ]);
  return [
    ...new Map(
      all.map((one) => [JSON.stringify([one.arm, one.over, one.metric, one.whose, one.overWhose]), one]),
    ).values(),
  ];
}

function isAsked({ tiers, variants }: Claim, { tier, variant }: Section): boolean {
  const here = tiers === undefined ? tier !== 'smoke' : tiers.includes(tier);
  return here && (variants === undefined || (variant !== null && variants.includes(variant.name)));
}

/** Gates come first, then the planned pairs: a verdict on the way there would be one of many looks. */
function spoken(
  claim: Claim,
  { mean, values }: Sample,
  decision: Decision,
  gates: readonly GateOutcome[],
  { tier, rows }: Section,
  headline: Headline,
): { readonly verdict: Verdict; readonly text: string } {
  const pairs = values.length;
  const undecided = (why: string) => ({ verdict: 'undecided' as const, text: `undecided: ${why}` });
  if (mean === null) {
    const unpaired = unpairedText(rows, comparedOf(claim.compare, headline), headline);
    return unpaired === null ? { verdict: 'not run', text: 'not run' } : { verdict: 'not paired', text: unpaired };
  }
  const closed = gates.filter(({ state }) => state !== 'open');
  if (closed.length > 0) {
    const why = closed.map(({ title, state }) => `${title} ${state === 'closed' ? 'was not shown' : 'is not known'}`);
    return { verdict: 'not informative', text: `not informative: ${why.join('; ')}` };
  }
  const takes = takesText(claim, pairs, decision);
  const planned = plannedPairs(claim, tier);
  if (pairs < planned) return undecided([`${pairs} of ${planned} planned pairs`, ...takes].join('; '));
  const { verdict, equivalence } = decision;
  if (verdict === 'undecided') return undecided(takes.join(''));
  const small = verdict !== 'equivalent' && !('margin' in claim.alternative) && equivalence !== null && equivalence <= LEVEL; // prettier-ignore
  if (verdict === 'equivalent') return { verdict, text: `equivalent within ±${claim.smallestEffect}` };
  // That arms differ is supported on either side.
  const side = claim.alternative.kind === 'two-sided' ? ` (${mean > 0 ? 'above' : 'below'} 0)` : '';
  return { verdict, text: `${verdict}${side}${small ? `, by less than ${claim.smallestEffect}` : ''}` };
}

/** The two numbers that a comparison is of. */
function comparedOf({ arm, over, metric, ...of }: Comparison, headline: Headline): Compared[] {
  const [above, below] = comparedNetworks(of, headline.whose);
  const measure = { ...(metric !== undefined && { metric }) };
  return [
    { arm, whose: above, ...measure },
    { arm: over, whose: below, ...measure },
  ];
}

/** The pairs that it would take. */
function takesText({ alternative, smallestEffect }: Claim, pairs: number, { needed }: Decision): string[] {
  if (needed === null) return [];
  const what = 'margin' in alternative ? `a margin of ${alternative.margin}` : `a difference of ${smallestEffect}`;
  return needed > pairs
    ? [`${plural(needed, 'pair')} would show ${what}`]
    : [`${plural(needed, 'pair')} are enough for ${what}, and the estimate lies between it and none`];
}
