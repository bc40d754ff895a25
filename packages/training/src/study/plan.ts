import { canonicalJson, type Plan, type PlannedRun } from '@spatial-ensemble/record';
import { resolveRuns, type ResolvedRun } from './resolve.ts';
import type { Experiment } from './experiment.ts';

/** What the report needs to know of a run that was asked for. */
export function plannedRun({ variant, tier, arm, seed, declaration, steps }: ResolvedRun): PlannedRun {
  return { ...(variant !== undefined && { variant }), tier, arm, seed, declaration, steps };
}

/**
 * The plan of a study whose report shows `selected` runs: those; what else the study declares at their tier and
 * variant, so that a part that was run alone stands among the others; and what `before` held of other tiers and
 * variants, if the study is the same.
 */
export function planOf(experiment: Experiment, selected: readonly ResolvedRun[], before: Plan | undefined): Plan {
  const { study, method } = experiment;
  const { tier, variant } = selected[0]!;
  const chosen = selected.map(plannedRun);
  const declared = resolveRuns(experiment, { tier, ...(variant !== undefined && { variant }) }).map(plannedRun);
  const beside =
    before !== undefined && canonicalJson(before.study) === canonicalJson(study)
      ? before.runs.filter((run) => run.tier !== tier || run.variant !== variant)
      : [];
  const others = declared.filter((run) => !chosen.some(({ arm, seed }) => arm === run.arm && seed === run.seed));
  // Arms stay in the order in which the study declares them.
  const arms = Object.keys(study.arms);
  const here = [...chosen, ...others].toSorted((a, b) => arms.indexOf(a.arm) - arms.indexOf(b.arm) || a.seed - b.seed);
  const runs = [...here, ...beside];
  return { format: 'spatial-ensemble/plan-1', study, method: { name: method.name, version: method.version }, runs };
}
