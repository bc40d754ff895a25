import {
  askedRuns,
  canonicalJson,
  type Declared,
  type FormerRun,
  labelKey,
  type Labels,
  type Plan,
  type PlannedRun,
  type Sweep,
} from '@spatial-ensemble/record';
import type { Experiment } from './experiment.ts';
import { first } from './named.ts';
import { resolveRuns } from './resolve.ts';
import { joinedSweeps, sweepsOf } from './sweeps.ts';
import { allRuns, labelsOf, type ResolvedRun } from './resolved-run.ts';

/**
 * What the report needs to know of runs that were asked for, and of their evaluations.
 *
 * @param identities of those that are to be run now
 */
export function plannedRuns(
  runs: readonly ResolvedRun[],
  identities: ReadonlyMap<ResolvedRun, string> = new Map(),
): PlannedRun[] {
  return allRuns(runs).map((run) => plannedRun(run, identities.get(run)));
}

function plannedRun(run: ResolvedRun, identity: string | undefined): PlannedRun {
  const { declaration, steps, changed, departures } = run;
  return {
    ...labelsOf(run),
    declaration,
    steps,
    ...(changed !== undefined && { overrides: [...changed.overrides], declaredSteps: changed.declaredSteps }),
    ...(departures.length > 0 && { departures: [...departures] }),
    identities: identity === undefined ? [] : [identity],
  };
}

/**
 * The plan of a study over these runs.
 *
 * @param before what stood in its place: it knows what was run under earlier declarations, and what was swept
 * @param sweeps what is swept now
 */
export function planWith(
  { study, method, evaluations }: Experiment,
  runs: readonly PlannedRun[],
  { declared, before }: { readonly declared: Declared; readonly before: Plan | undefined },
  sweeps: readonly Sweep[] = [],
): Plan {
  const methods = Object.fromEntries(
    Object.entries(evaluations).map(([name, one]) => [name, { name: one.name, version: one.version }]),
  );
  const earlier = new Map(
    [...(before === undefined ? [] : askedRuns(before)), ...(before?.former ?? [])].map((run) => [placeKey(run), run]),
  );
  const planned = runs.map((run) => {
    const known = earlier.get(placeKey(run))?.identities ?? [];
    return { ...run, identities: [...known.filter((one) => !run.identities.includes(one)), ...run.identities] };
  });
  const swept = joinedSweeps(isSame(before, study) ? (before.sweeps ?? []) : [], sweeps);
  const kept = swept.length > 0 ? { sweeps: swept } : {};
  const here = new Set(askedRuns({ runs: planned, ...kept }).map(placeKey));
  const former = [...earlier.values()]
    .filter((run) => run.identities.length > 0 && !here.has(placeKey(run)))
    .map(formerRun);
  return {
    format: 'spatial-ensemble/plan-3',
    study,
    declared,
    method: { name: method.name, version: method.version },
    ...(Object.keys(methods).length > 0 && { evaluations: methods }),
    runs: planned,
    ...kept,
    ...(former.length > 0 && { former }),
  };
}

/** Whether a study stands there as it is now: what was swept of another one says nothing of it. */
function isSame(before: Plan | undefined, study: Plan['study']): before is Plan {
  return before !== undefined && canonicalJson(before.study) === canonicalJson(study);
}

/** The same place: what `--set` made of a run is another one. */
function placeKey(run: Labels & { readonly overrides?: readonly string[] | undefined }): string {
  return JSON.stringify([labelKey(run), run.overrides]);
}

function formerRun(run: PlannedRun | FormerRun): FormerRun {
  const { variant, tier, arm, seed, evaluation, overrides, identities } = run;
  return {
    ...(variant !== undefined && { variant }),
    tier,
    arm,
    seed,
    ...(evaluation !== undefined && { evaluation }),
    ...(overrides !== undefined && { overrides }),
    identities,
  };
}

/**
 * The plan of a study whose report shows `selected` runs: those; what else the study declares at their tier and
 * variant, so that a part that was run alone stands among the others; and what `before` held of other tiers and
 * variants, if the study is the same. Runs of a grid stand in none of these places, but among its sweeps.
 *
 * @param identities of the selected runs
 */
export function planOf(
  experiment: Experiment,
  selected: readonly ResolvedRun[],
  history: Parameters<typeof planWith>[2],
  identities?: ReadonlyMap<ResolvedRun, string>,
): Plan {
  const { study } = experiment;
  const { before } = history;
  const { tier, variant } = first(selected);
  const chosen = plannedRuns(
    selected.filter(({ swept }) => swept === undefined),
    identities,
  );
  const sweeps = sweepsOf(selected, (run) => plannedRun(run, identities?.get(run)));
  const all = { tier, arms: Object.keys(study.arms), ...(variant !== undefined && { variant }) };
  const declared = plannedRuns(resolveRuns(experiment, all));
  const beside = isSame(before, study) ? before.runs.filter((run) => run.tier !== tier || run.variant !== variant) : [];
  const others = declared.filter((run) => !chosen.some(({ arm, seed }) => arm === run.arm && seed === run.seed));
  // Arms stay in the order in which the study declares them.
  const arms = Object.keys(study.arms);
  const here = [...chosen, ...others].toSorted((a, b) => arms.indexOf(a.arm) - arms.indexOf(b.arm) || a.seed - b.seed);
  return planWith(experiment, [...here, ...beside], history, sweeps);
}
