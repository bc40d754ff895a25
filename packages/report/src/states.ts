import {
  canonicalJson,
  declarationHash,
  type Plan,
  type PlannedRun,
  type StoredResult,
  type Tier,
} from '@spatial-ensemble/record';

/** A result that stands for a planned run. */
export type Found =
  | { readonly kind: 'complete'; readonly stored: StoredResult }
  /** Unfinished, or finished after fewer steps than are declared, by `--set`. */
  | { readonly kind: 'partial'; readonly stored: StoredResult }
  /** Made by another version of the method, or under settings that the study no longer declares. */
  | { readonly kind: 'stale'; readonly stored: StoredResult; readonly why: string };

/** A result in the place of a planned run: a run does not know who asks for it. */
export interface PlacedResult extends StoredResult {
  readonly planned: PlannedRun;
  /** Name of the study that asks for it. */
  readonly study: string;
  /** What the study calls its arm. */
  readonly title: string;
  /** How the run stands, in words. */
  readonly standing: string;
}

/** How a planned run stands. */
export type RunState =
  | Found
  /** There are results, and none that the arms of its seed can be held against; `why` says what is the matter. */
  | { readonly kind: 'not paired'; readonly why: string }
  /** No result at this tier; `elsewhere` names the tiers that have one. */
  | { readonly kind: 'not run'; readonly elsewhere: readonly Tier[] };

/** A result of a planned run that is not counted, and why. */
export interface OtherResult {
  readonly stored: StoredResult;
  readonly why: string;
}

export interface RunOfArm {
  readonly planned: PlannedRun;
  readonly state: RunState;
  readonly others: readonly OtherResult[];
}

/** The result behind a state, where there is one. */
export function storedOf(state: RunState): StoredResult | undefined {
  return 'stored' in state ? state.stored : undefined;
}

/** What a result is to a planned run. */
export function foundOf(plan: Plan, planned: PlannedRun, stored: StoredResult): Found {
  const { result } = stored;
  if (declarationHash(result.run) !== planned.declaration) {
    return { kind: 'stale', stored, why: staleText(plan, planned, stored) };
  }
  const cut = planned.declaredSteps !== undefined && planned.steps < planned.declaredSteps;
  return { kind: cut ? 'partial' : result.status, stored };
}

function staleText(plan: Plan, { evaluation }: PlannedRun, { result }: StoredResult): string {
  const { method } = result.run;
  const now = evaluation === undefined ? plan.method : (plan.evaluations?.[evaluation] ?? plan.method);
  if (method.name !== now.name) return `made by ${method.name}, now declared with ${now.name}`;
  return method.version === now.version
    ? 'made under settings that the study no longer declares'
    : `made by ${method.name} version ${method.version}, now version ${now.version}`;
}

/** Whether it was trained and tested on the same images: it shows that everything is wired up, and nothing else. */
export function isWiringCheck({ result }: StoredResult): boolean {
  const { manifests } = result.run.data;
  return manifests.some((one) => manifests.some((other) => one.split !== other.split && one.sha256 === other.sha256));
}

/**
 * Whether a result may be held against those of other arms. One that goes on from a run of another arithmetic, as
 * another machine has it, may not: not all its steps were computed by the arithmetic that it names.
 */
export function entersPairs({ result: { run } }: StoredResult): boolean {
  return (run.segments ?? []).every(({ arithmetic }) => canonicalJson(arithmetic) === canonicalJson(run.arithmetic));
}
