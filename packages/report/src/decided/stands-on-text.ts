import type { Plan } from '@spatial-ensemble/record';

import { STATES } from '../claims/claims-table.ts';
import { gateOutcome } from '../claims/gate.ts';
import type { Section } from '../rows.ts';
import { code } from '../text.ts';
import { standsOnOf } from './behind.ts';
import { decidedIn } from './decided-in.ts';

/**
 * Which gates stand behind the lines of a section that name none, as Markdown; undefined where each names its own, or
 * the study stands on nothing.
 *
 * @param catalogued whether the page is one of many, whose index says how the gates of other studies stand
 */
export function standsOnText(plan: Plan, section: Section, catalogued: boolean): string | undefined {
  const { name, headline, gates = {} } = plan.study;
  const kinds = decidedIn(plan, section).flatMap((line) => (line.gates.length > 0 ? [] : [line.kind]));
  const behind = new Set(kinds.flatMap((kind) => standsOnOf(plan, kind)));
  const others = [...behind].flatMap(({ study, gate }) => (study === name ? [] : [`${code(gate)} of ${code(study)}`]));
  const own = [...behind].flatMap(({ study, gate }) => {
    if (study !== name) return [];
    return [`${code(gate)}, ${STATES[gateOutcome(gate, gates[gate]!, section.rows, headline).state]}`];
  });
  const texts = [
    ...(others.length === 0
      ? []
      : [`Behind whatever names no gate of its own here stands, asked in the same setting: ${others.join('; ')}. It decides nothing${catalogued ? '; the table of all claims says how it stands' : ''}.`]), // prettier-ignore
    ...(own.length === 0
      ? []
      : [`Behind the factors and failure rates here stands, of this study: ${own.join('; ')}. It decides nothing.`]),
  ];
  return texts.length === 0 ? undefined : texts.join(' ');
}
