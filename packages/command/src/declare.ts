import { studyFolder } from '@spatial-ensemble/store';
import { planWith } from '@spatial-ensemble/study';
import { declaredPlanned } from './declared-plan.ts';
import type { Experiment } from './experiment.ts';
import { declaredSinceBoth, planIn, writePlan } from './keep-plan.ts';

/**
 * Writes a study's plan beside accepted results, before there are any: what it is to decide stands there with the results
 * of then, and a commit of it shows when. What was there before keeps what was known of it.
 *
 * @param runs the folder of runs, whose results count as known too.
 * @param results the folder of accepted results.
 * @returns the names of its claims, factors and failure rates.
 * @throws Error where a declared run could not be run.
 */
export async function declareStudy(experiment: Experiment, runs: string, results: string): Promise<string[]> {
  const { name, claims = {}, factors = {}, failures = {} } = experiment.study;
  const folder = studyFolder(results, name);
  const before = await planIn(folder);
  const declared = await declaredSinceBoth(experiment, before, { runs, results });
  await writePlan(folder, planWith(experiment, declaredPlanned(experiment), { declared, before }));
  return [claims, factors, failures].flatMap((all) => Object.keys(all));
}
