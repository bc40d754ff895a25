import type { Plan } from '@spatial-ensemble/record';
import { declaredRuns, knownBefore, plannedRuns, planWith } from '@spatial-ensemble/study';
import { checkRuns } from './check-runs.ts';
import type { Experiment } from './experiment.ts';

/**
 * The plan beside accepted results: every run that a study declares.
 *
 * @throws Error where a declared run could not be run.
 */
export function declaredPlan(experiment: Experiment): Plan {
  const runs = declaredRuns(experiment);
  checkRuns(experiment, runs, knownBefore);
  return planWith(experiment, plannedRuns(runs));
}
