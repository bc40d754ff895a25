import { canonicalJson, type Declared, labelKey, type Plan, type PlannedRun } from '@spatial-ensemble/record';
import type { Experiment } from './experiment.ts';
import { first } from './named.ts';
import { resolveRuns } from './resolve.ts';
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
  return allRuns(runs).map((run) => {
    const { declaration, steps, changed } = run;
    const id = identities.get(run);
    return {
      ...labelsOf(run),
      declaration,
      steps,
      ...(changed !== undefined && { overrides: [...changed.overrides], declaredSteps: changed.declaredSteps }),
      identities: id === undefined ? [] : [id],
    };
  });
}

/**
 * The plan of a study over these runs.
 *
 * @param before what stood in its place: it knows what was run under earlier declarations
 */
export function planWith(
  { study, method, evaluations }: Experiment,
  runs: readonly PlannedRun[],
  { declared, before }: { readonly declared: Declared; readonly before: Plan | undefined },
): Plan {
  const methods = Object.fromEntries(
    Object.entries(evaluations).map(([name, one]) => [name, { name: one.name, version: one.version }]),
  );
  const earlier = new Map(before?.runs.map((run) => [labelKey(run), run.identities]));
  return {
    format: 'spatial-ensemble/plan-2',
    study,
    declared,
    method: { name: method.name, version: method.version },
    ...(Object.keys(methods).length > 0 && { evaluations: methods }),
    runs: runs.map((run) => ({
      ...run,
      identities: [...new Set([...(earlier.get(labelKey(run)) ?? []), ...run.identities])],
    })),
  };
}

/**
 * The plan of a study whose report shows `selected` runs: those; what else the study declares at their tier and
 * variant, so that a part that was run alone stands among the others; and what `before` held of other tiers and
 * variants, if the study is the same.
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
  const chosen = plannedRuns(selected, identities);
  const all = { tier, arms: Object.keys(study.arms), ...(variant !== undefined && { variant }) };
  const declared = plannedRuns(resolveRuns(experiment, all));
  const beside =
    before !== undefined && canonicalJson(before.study) === canonicalJson(study)
      ? before.runs.filter((run) => run.tier !== tier || run.variant !== variant)
      : [];
  const others = declared.filter((run) => !chosen.some(({ arm, seed }) => arm === run.arm && seed === run.seed));
  // Arms stay in the order in which the study declares them.
  const arms = Object.keys(study.arms);
  const here = [...chosen, ...others].toSorted((a, b) => arms.indexOf(a.arm) - arms.indexOf(b.arm) || a.seed - b.seed);
  return planWith(experiment, [...here, ...beside], history);
}
