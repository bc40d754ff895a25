import type { Tier } from '@spatial-ensemble/record';

import { ABSENT, capitalised, count } from '../text.ts';
import { tInterval } from '../statistics/paired-t.ts';
import type { Section } from '../rows.ts';
import type { Sample } from '../statistics/sample.ts';
import { claimAnchor, placed } from '../section-names.ts';
import { resting, table, type Table } from '../tabular.ts';
import { comparisonText } from './comparison-text.ts';
import { estimateText, type GateOutcome } from './gate.ts';
import type { Outcome } from './outcomes.ts';

/** What was asked of a section, what came out, and how certain it is: a claim a line. */
export function claimsTable(outcomes: readonly Outcome[], section: Section): Table {
  return table('Claims', outcomes, [
    ['claim', 'l', (one) => placed(claimAnchor(section, one.name), claimText(one))],
    ['difference', 'l', ({ claim }) => comparisonText(section.rows, claim.compare)],
    ['estimate and 95 % interval', 'r', ({ paired }) => resting(meanText(paired.differences), paired.on)],
    ['pairs', 'r', ({ paired }) => count(paired.differences.values.length)],
    ['p', 'r', ({ decision }) => pText(decision.adjusted)],
    ['verdict', 'l', ({ text }) => text],
    ['gates', 'l', ({ gates }) => gates.map(({ name, state }) => `${name}: ${STATES[state]}`).join('; ') || NO_GATE],
  ]);
}

/** What each gate behind the claims of a section rests on: a gate a line. */
export function gatesTable(gates: readonly GateOutcome[]): Table {
  return table('Gates', gates, [
    ['gate', 'l', ({ name }) => name],
    ['what must be shown', 'l', ({ title }) => title],
    ['state', 'l', ({ state }) => STATES[state]],
    ['what it rests on, at 95 %', 'l', ({ text }) => text],
  ]);
}

/** What a table says of a gate. */
export const STATES: Readonly<Record<GateOutcome['state'], string>> = {
  open: 'open',
  closed: 'closed',
  unknown: 'not known',
};

/** What a table says where there is none. */
export const NO_GATE = 'none declared';

function meanText({ mean, values }: Sample): string {
  return mean === null ? ABSENT : estimateText(mean, tInterval(values));
}

function claimText({ claim, exploratory }: Outcome): string {
  return `${claim.hypothesis}${exploratory ? ' (exploratory)' : ''}`;
}

/** Three decimals, `< .001` below them. */
export function pText(p: number | null): string {
  if (p === null) return ABSENT;
  return p < 0.001 ? '< .001' : p.toFixed(3).replace(/^0/, '');
}

/** What each claim was declared with for a tier, a sentence each. */
export function claimsTexts(outcomes: readonly Outcome[], tier: Tier): string[] {
  return outcomes.map(({ claim }) => {
    const { alternative, smallestEffect, pairs, extendedTo, stopping, family } = claim;
    const margin = 'margin' in alternative ? `, margin ${alternative.margin}` : '';
    const more = extendedTo?.[tier];
    const extended = more === undefined ? '' : `; ${more} since their spread was looked at`;
    return `${capitalised(claim.hypothesis)}: ${alternative.kind}${margin}; smallest effect of interest ${smallestEffect}; ${family}; ${pairs} pairs planned${extended}; stops ${stopping}.`;
  });
}
