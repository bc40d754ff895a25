import { isDeepStrictEqual } from 'node:util';

import { type Plan, suggestion } from '@spatial-ensemble/record';

import { NO_GATE, STATES } from '../claims/claims-table.ts';
import { type GateOutcome, gateOutcome } from '../claims/gate.ts';
import { gatesOf } from '../claims/outcomes.ts';
import { declaredSettings } from '../declared.ts';
import type { Section } from '../rows.ts';
import { gatesAnchor, pageOf, sectionAnchor } from '../section-names.ts';
import type { DecidedLine } from './line.ts';

/** A setting of a study. */
export interface Setting {
  readonly plan: Plan;
  readonly section: Section;
}

/** What stands behind a line, in a few words, and where its numbers stand; without a place where nothing has any. */
export interface Behind {
  readonly text: string;
  /** From the folder of all reports. */
  readonly place?: string;
}

/**
 * How the gates behind a line stand: those that it names, else those that its study stands on; never nothing. A claim
 * names its own study's gates itself, where it wants them.
 *
 * @param settings of all studies
 * @throws Error where a study names a gate that another one does not have
 */
export function behind({ plan, section, kind, gates }: DecidedLine, settings: readonly Setting[]): readonly Behind[] {
  if (gates.length > 0) return [{ text: stateText(gates), place: `${pageOf(plan)}#${gatesAnchor(section)}` }];
  const { name } = plan.study;
  const standsOn = standsOnOf(plan, kind);
  if (standsOn.length === 0) return [{ text: NO_GATE }];
  return [...new Set(standsOn.map(({ study }) => study))].map((study) => {
    const wanted = standsOn.filter((one) => one.study === study).map(({ gate }) => gate);
    const there = settings.filter((one) => one.plan.study.name === study);
    for (const gate of wanted) checkGate(name, study, gate, there);
    const same = sameSetting(there, section);
    if (same === undefined) return { text: `${STATES.unknown}: no such setting of ${study} is here` };
    const others = otherwise(same, { plan, section });
    if (others.length > 0) return { text: `${STATES.unknown}: ${study} asks it of other ${others.join(' and ')}` };
    const { headline, gates: all = {} } = same.plan.study;
    const outcomes = wanted.map((gate) => gateOutcome(gate, all[gate]!, same.section.rows, headline));
    const shown = gatesOf(same.plan, same.section).map((one) => one.name);
    const anchor = wanted.every((gate) => shown.includes(gate)) ? gatesAnchor : sectionAnchor;
    const where = study === name ? '' : ` in ${study}`;
    return { text: `${stateText(outcomes)}${where}`, place: `${pageOf(same.plan)}#${anchor(same.section)}` };
  });
}

/** The gates that stand behind what names none: of the study's own, behind factors and failure rates alone. */
export function standsOnOf({ study: { name, standsOn = [] } }: Plan, kind: DecidedLine['kind']) {
  return standsOn.filter(({ study }) => kind !== 'claim' || study !== name);
}

/** What two settings of one name do not have in common, as far as it is declared: what they learn from, how, and what counts. */
function otherwise(one: Setting, other: Setting): string[] {
  const [declared, wanted] = [declaredOf(one), declaredOf(other)];
  return Object.keys(declared).filter((what) => !isDeepStrictEqual(declared[what], wanted[what]));
}

function declaredOf({ plan, section }: Setting): Readonly<Record<string, unknown>> {
  const { spec, data } = declaredSettings(plan, section);
  return { images: data, 'steps or network': { method: plan.method.name, spec }, numbers: plan.study.headline };
}

/** Of the same tier, and the variant of the same name; the only one of a study without variants. */
function sameSetting(settings: readonly Setting[], { tier, variant }: Section): Setting | undefined {
  const here = settings.filter(({ section }) => section.tier === tier);
  return (
    here.find(({ section }) => section.variant?.name === variant?.name) ??
    here.find(({ section }) => section.variant === null)
  );
}

function checkGate(name: string, study: string, gate: string, settings: readonly Setting[]): void {
  const [one] = settings;
  if (one === undefined) return;
  const known = Object.keys(one.plan.study.gates ?? {});
  if (!known.includes(gate))
    throw new Error(`study ${name}, standsOn: no gate of ${study} is called '${gate}'.${suggestion(gate, known)}`);
}

/** Open where all are, closed where one is. */
function stateText(gates: readonly GateOutcome[]): string {
  if (gates.every(({ state }) => state === 'open')) return STATES.open;
  return gates.some(({ state }) => state === 'closed') ? STATES.closed : STATES.unknown;
}
