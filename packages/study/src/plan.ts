import { canonicalJson, type Plan, type PlannedRun } from '@spatial-ensemble/record';
import type { Experiment } from './experiment.ts';
import { resolveRuns } from './resolve.ts';
import { allRuns, type ResolvedRun } from './resolved-run.ts';

/** What the report needs to know of runs that were asked for, and of their evaluations. */
export function plannedRuns(runs: readonly ResolvedRun[]): PlannedRun[] {
  return allRuns(runs).map(({ variant, tier, arm, seed, evaluation, declaration, steps, changed }) => ({
    ...(variant !== undefined && { variant }),
    tier,
    arm,
    seed,
    ...(evaluation !== undefined && { evaluation }),
    declaration,
    steps,
    ...(changed !== undefined && { overrides: [...changed.overrides], declaredSteps: changed.declaredSteps }),
  }));
}

/** The plan of a study over these runs. */
export function planWith({ study, method, evaluations }: Experiment, runs: PlannedRun[]): Plan {
  const methods = Object.fromEntries(
    Object.entries(evaluations).map(([name, one]) => [name, { name: one.name, version: one.version }]),
  );
  return {
    format: 'spatial-ensemble/plan-1',
    study,
    method: { name: method.name, version: method.version },
    ...(Object.keys(methods).length > 0 && { evaluations: methods }),
    runs,
  };
}

/**
 * The plan of a study whose report shows `selected` runs: those; what else the study declares at their tier and
 * variant, so that a part that was run alone stands among the others; and what `before` held of other tiers and
 * variants, if the study is the same.
 */
export function planOf(experiment: Experiment, selected: readonly ResolvedRun[], before: Plan | undefined): Plan {
  const { study } = experiment;
  const { tier, variant } = selected[0]!;
  const chosen = plannedRuns(selected);
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
  return planWith(experiment, [...here, ...beside]);
}
