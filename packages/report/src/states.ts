import { declarationHash, type Plan, type PlannedRun, type Tier } from '@spatial-ensemble/record';

import type { StoredResult } from './read-results.ts';

/** How a planned run stands. */
export type RunState =
  | { readonly kind: 'complete'; readonly stored: StoredResult }
  /** Unfinished, or finished after fewer steps than are declared, by `--set`. */
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

/**
 * Pairs every planned run with its best result: complete before partial before stale, then the most steps. An
 * evaluation's result counts where it started from the result that its run is paired with.
 */
export function runStates(plan: Plan, results: readonly StoredResult[]): RunOfArm[] {
  const ofStudy = results.filter(({ result }) => result.run.study === plan.study.name);
  const evaluated = new Map<string, string>();
  const trained = plan.runs.map((planned) => {
    if (planned.evaluation !== undefined) return undefined;
    const run = paired(plan, planned, ofStudy);
    if (run.state.kind !== 'not run') evaluated.set(place(planned), run.state.stored.result.identity);
    return run;
  });
  return plan.runs.map(
    (planned, i) =>
      trained[i] ??
      paired(
        plan,
        planned,
        ofStudy.filter(({ result }) => result.run.from === evaluated.get(place(planned))),
      ),
  );
}

/** What a run and its evaluations share. */
function place({ tier, variant, arm, seed }: PlannedRun): string {
  return JSON.stringify([tier, variant, arm, seed]);
}

function paired(plan: Plan, planned: PlannedRun, results: readonly StoredResult[]): RunOfArm {
  const sameArm = results.filter(
    ({ result: { run } }) =>
      run.arm === planned.arm &&
      run.seed === planned.seed &&
      run.variant === planned.variant &&
      run.evaluation === planned.evaluation,
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
}

/** Whether it was trained and tested on the same images: it shows that everything is wired up, and nothing else. */
export function isWiringCheck({ result }: StoredResult): boolean {
  const { manifests } = result.run.data;
  return manifests.some((one) => manifests.some((other) => one.split !== other.split && one.sha256 === other.sha256));
}

type Found = Exclude<RunState, { kind: 'not run' }>;

function stateOf(plan: Plan, planned: PlannedRun, stored: StoredResult): Found {
  const { result } = stored;
  if (declarationHash(result.run) !== planned.declaration) {
    const { method } = result.run;
    const now =
      planned.evaluation === undefined ? plan.method : (plan.evaluations?.[planned.evaluation] ?? plan.method);
    const why =
      method.name === now.name && method.version === now.version
        ? 'made under settings that the study no longer declares'
        : `made by ${method.name} version ${method.version}, now ${now.name} version ${now.version}`;
    return { kind: 'stale', stored, why };
  }
  const cut = planned.declaredSteps !== undefined && planned.steps < planned.declaredSteps;
  return { kind: cut ? 'partial' : result.status, stored };
}

function rank(state: Found): number {
  return { complete: 0, partial: 1, stale: 2 }[state.kind];
}

function compareStored(a: StoredResult, b: StoredResult): number {
  return b.result.steps.done - a.result.steps.done || (a.result.identity < b.result.identity ? -1 : 1);
}
