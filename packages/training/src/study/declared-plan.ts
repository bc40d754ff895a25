import type { Plan, Tier } from '@spatial-ensemble/record';
import type { DataSpec } from '../data.ts';
import { knownBefore } from '../describe-data.ts';
import { checkRuns } from './check-runs.ts';
import type { Experiment } from './experiment.ts';
import { plannedRuns, planWith } from './plan.ts';
import { resolveRuns, variantsAt } from './resolve.ts';

/**
 * Every run that a study declares, at all its tiers but `smoke` and all its variants: the plan beside accepted results.
 *
 * @throws Error where a declared run could not be run.
 */
export function declaredPlan(experiment: Experiment): Plan {
  const { study } = experiment;
  const tiers = (Object.keys(study.tiers) as Tier[]).filter((tier) => tier !== 'smoke');
  const runs = tiers.flatMap((tier) =>
    variantsAt(study, tier).flatMap((variant) =>
      resolveRuns(experiment, { tier, arms: Object.keys(study.arms), ...(variant && { variant }) }),
    ),
  );
  checkRuns(experiment, runs, (run) => knownBefore(run.data as DataSpec));
  return planWith(experiment, plannedRuns(runs));
}
