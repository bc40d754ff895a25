import type { Plan, PlannedRun } from '@spatial-ensemble/record';
import { declaredRuns, knownBefore, plannedRuns, planWith } from '@spatial-ensemble/study';
import { checkRuns } from './check-runs.ts';
import type { Experiment } from './experiment.ts';
import { declaredSince } from './keep-plan.ts';

/** Every run that a study declares. @throws Error where one could not be run. */
export function declaredPlanned(experiment: Experiment): PlannedRun[] {
  const runs = declaredRuns(experiment);
  checkRuns(experiment, runs, knownBefore);
  return plannedRuns(runs);
}

/**
 * The plan beside accepted results: every run that a study declares.
 *
 * @param before the one that stands there
 * @throws Error where a declared run could not be run.
 */
export async function declaredPlan(experiment: Experiment, before: Plan | undefined, results: string): Promise<Plan> {
  const declared = await declaredSince(experiment, before, results);
  return planWith(experiment, declaredPlanned(experiment), { declared, before });
}
