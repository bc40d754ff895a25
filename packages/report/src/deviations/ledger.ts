import { applyPatch, type Departure, type JsonObject, leaves, type Plan } from '@spatial-ensemble/record';

import { declaredSettings } from '../declared.ts';
import type { Row, Section } from '../rows.ts';
import type { Condition, Mark } from './mark.ts';

/** A difference between what is computed here and what a published number was made with. */
export type Entry =
  /** Of code: a mark in a source file. */
  | { readonly id: string; readonly mark: Mark }
  /** Of a declaration: a setting of a study that its source has otherwise. */
  | { readonly id: string; readonly study: string; readonly departure: Departure };

/** All of them, numbered: `D1`, `D2`, … in the order of marks, then of studies. */
export type Ledger = readonly Entry[];

/** The ledger of a repository. Marks come in the order of their files. */
export function ledgerOf(marks: readonly Mark[], plans: readonly Plan[]): Ledger {
  const declared = plans.flatMap(({ study, runs }) => {
    const all = new Map(
      runs.flatMap(({ departures = [] }) => departures.map((departure) => [JSON.stringify(departure), departure])),
    );
    return [...all.values()].map((departure) => ({ study: study.name, departure }));
  });
  return [...marks.map((mark) => ({ mark })), ...declared].map((entry, i) => ({ id: `D${i + 1}`, ...entry }));
}

/** The recipes of published numbers that a gate holds a row against, by their names in the study: `lightly`. */
export function anchorsOf({ study }: Plan, { tier }: Section, { name }: Row): string[] {
  return Object.entries(study.recipes ?? {}).flatMap(([recipe, { anchors }]) =>
    anchors?.tier === tier && anchors.arm === name ? [recipe] : [],
  );
}

/** What of a ledger the published numbers of a row are not to be compared without; none of a row that has no such number. */
export function touching(ledger: Ledger, plan: Plan, section: Section, row: Row): Entry[] {
  const published = row.paper.some(({ expected }) => expected !== null) || anchorsOf(plan, section, row).length > 0;
  if (!published) return [];
  const computed = computedWith(plan, section, row.name);
  const departures = new Set(
    row.runs.flatMap(({ planned }) => (planned.departures ?? []).map((one) => JSON.stringify(one))),
  );
  return ledger.filter((entry) =>
    'mark' in entry
      ? computed.some(({ name, settings }) => entry.mark.of.includes(name) && holds(entry.mark.where, settings))
      : entry.study === plan.study.name && departures.has(JSON.stringify(entry.departure)),
  );
}

/** What a row is computed with, by the names that marks give, each with its settings as they are declared. */
function computedWith(
  plan: Plan,
  section: Section,
  arm: string,
): { readonly name: string; readonly settings: JsonObject }[] {
  const { study } = plan;
  const { spec, data } = declaredSettings(plan, section, arm);
  const patches = [study.tiers[section.tier]?.patch, section.variant && study.variants?.[section.variant.name]?.patch];
  const evaluations = Object.entries(study.evaluations ?? {})
    .filter(([, { tiers }]) => tiers?.includes(section.tier) ?? true)
    .map(([name, evaluation]) => ({
      name: evaluation.method,
      settings: patches.reduce<JsonObject>(
        (before, patch) => applyPatch(before, patch?.evaluations?.[name]?.spec ?? {}),
        evaluation.spec,
      ),
    }));
  return [
    { name: study.name, settings: spec },
    { name: study.method, settings: spec },
    { name: String(data['source']), settings: data },
    ...evaluations,
  ];
}

function holds(where: readonly Condition[], settings: JsonObject): boolean {
  const values = new Map(leaves(settings));
  return where.every(({ path, value }) => String(values.get(path)) === value);
}
