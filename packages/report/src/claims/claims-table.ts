import { ABSENT, capitalised, count, plain, signed } from '../text.ts';
import { tInterval } from '../statistics/paired-t.ts';
import type { Row } from '../rows.ts';
import type { Sample } from '../statistics/sample.ts';
import { type Column, resting, table, type Table } from '../tabular.ts';
import { comparisonText } from './comparison-text.ts';
import { intervalText } from './gate.ts';
import type { Outcome } from './outcomes.ts';

/** A claim with the arms of its section. */
export interface ClaimLine {
  readonly outcome: Outcome;
  readonly rows: readonly Row[];
}

/**
 * What was asked, what came out, and how certain it is: a claim a line.
 *
 * @param place of a claim in its page, by the claim's name; absent where nothing leads to a line
 */
export function claimsTable(lines: readonly ClaimLine[], place?: (name: string) => string): Table {
  const [claim, ...others] = claimColumns;
  if (place === undefined) return table('Claims', lines, claimColumns);
  const [title, align] = claim!;
  const placed: Column<ClaimLine> = [
    title,
    align,
    (line) => ({ markdown: `<a id="${place(line.outcome.name)}"></a>${plain(claimText(line))}` }),
  ];
  return table('Claims', lines, [placed, ...others]);
}

export const claimColumns: readonly Column<ClaimLine>[] = [
  ['claim', 'l', claimText],
  ['difference', 'l', ({ outcome: { claim }, rows }) => comparisonText(rows, claim.compare)],
  [
    'estimate and 95 % interval',
    'r',
    ({ outcome: { paired } }) => resting(estimateText(paired.differences), paired.on),
  ],
  ['pairs', 'r', ({ outcome: { paired } }) => count(paired.differences.values.length)],
  ['p', 'r', ({ outcome: { decision } }) => pText(decision.adjusted)],
  ['verdict', 'l', ({ outcome }) => outcome.text],
  ['gates', 'l', ({ outcome: { gates } }) => gatesText(gates)],
];

function claimText({ outcome: { claim, exploratory } }: ClaimLine): string {
  return `${claim.hypothesis}${exploratory ? ' (exploratory)' : ''}`;
}

/** `+0.21 [−0.14, +0.56]`; without an interval for one pair; a dash for none. */
export function estimateText({ mean, values }: Sample): string {
  if (mean === null) return ABSENT;
  const interval = tInterval(values);
  return [signed(mean), ...(interval === null ? [] : [intervalText(interval, signed)])].join(' ');
}

/** Three decimals, `< .001` below them. */
export function pText(p: number | null): string {
  if (p === null) return ABSENT;
  return p < 0.001 ? '< .001' : p.toFixed(3).replace(/^0/, '');
}

function gatesText(gates: Outcome['gates']): string {
  return gates.map(({ title, state, text }) => `${title}: ${state} (${text})`).join('; ') || ABSENT;
}

/** What each claim was declared with, a sentence each. */
export function claimsTexts(lines: readonly ClaimLine[]): string[] {
  return lines.map(({ outcome: { claim } }) => {
    const { alternative, smallestEffect, pairs, stopping, family } = claim;
    const margin = 'margin' in alternative ? `, margin ${alternative.margin}` : '';
    return `${capitalised(claim.hypothesis)}: ${alternative.kind}${margin}; smallest effect of interest ${smallestEffect}; ${family}; ${pairs} pairs planned; stops ${stopping}.`;
  });
}
