import { readPlans } from '@spatial-ensemble/store';
import { declaredPlan } from './declared-plan.ts';
import type { Experiment } from './experiment.ts';
import { writePlan } from './keep-plan.ts';

/**
 * Writes the plan of every study that has accepted results again, as its experiment declares it now: a result of an
 * earlier declaration, or of an earlier version of the method, is stale from then on.
 *
 * @param results the folder of accepted results.
 * @param load gives the experiment of a study by its name; throws where there is none.
 * @returns the names of these studies.
 */
export async function refreshPlans(results: string, load: (name: string) => Promise<Experiment>): Promise<string[]> {
  const plans = await readPlans(results);
  for (const { plan, folder } of plans)
    await writePlan(folder, await declaredPlan(await load(plan.study.name), plan, results));
  return plans.map(({ plan }) => plan.study.name);
}
