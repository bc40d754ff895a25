import { declarationHash, type Plan, type PlannedRun, type Tier } from '@spatial-ensemble/record';

import type { StoredResult } from './read-results.ts';

/** How a planned run stands. */
export type RunState =
  | { readonly kind: 'complete'; readonly stored: StoredResult }
  | { readonly kind: 'partial'; readonly stored: StoredResult }
  /** Made by another version of the method, or under settings that the study no longer declares. */
  | { readonly kind: 'stale'; readonly stored: StoredResult; readonly why: string }
  /** No result at this tier; `elsewhere` names the tiers that have one. */
  | { readonly kind: 'not run'; readonly elsewhere: readonly Tier[] };

export interface RunOfArm {
  readonly planned: PlannedRun;
  readonly state: RunState;
  /** Results of the same declared run that are not shown: other machines' or other arithmetic's. */
  readonly others: readonly StoredResult[];
}

/** Pairs every planned run with its best result: complete before partial before stale, then the most steps. */
export function runStates(plan: Plan, results: readonly StoredResult[]): RunOfArm[] {
  const ofStudy = results.filter(({ result }) => result.run.study === plan.study.name);
  return plan.runs.map((planned) => {
    const sameArm = ofStudy.filter(
      ({ result: { run } }) => run.arm === planned.arm && run.seed === planned.seed && run.variant === planned.variant,
    );
    const states = sameArm
      .filter(({ result }) => result.run.tier === planned.tier)
      .map((stored) => stateOf(plan, planned, stored))
      .sort((a, b) => rank(a) - rank(b) || compareStored(a.stored, b.stored));
    const [best, ...rest] = states;
    return {
      planned,
      state: best ?? { kind: 'not run', elsewhere: [...new Set(sameArm.map(({ result }) => result.run.tier))].sort() },
      others: rest.filter(({ kind }) => kind === best?.kind && kind !== 'stale').map(({ stored }) => stored),
    };
  });
}

type Found = Exclude<RunState, { kind: 'not run' }>;

function stateOf(plan: Plan, planned: PlannedRun, stored: StoredResult): Found {
  const { result } = stored;
  if (declarationHash(result.run) !== planned.declaration) {
    const { method } = result.run;
    const now = plan.method;
    const why =
      method.name === now.name && method.version === now.version
        ? 'made under settings that the study no longer declares'
        : `made by ${method.name} version ${method.version}, now ${now.name} version ${now.version}`;
    return { kind: 'stale', stored, why };
  }
  return { kind: result.status, stored };
}

function rank(state: Found): number {
  return { complete: 0, partial: 1, stale: 2 }[state.kind];
}

function compareStored(a: StoredResult, b: StoredResult): number {
  return b.result.steps.done - a.result.steps.done || (a.result.identity < b.result.identity ? -1 : 1);
}
