import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plan } from '@spatial-ensemble/record';
import { writeFinal } from '@spatial-ensemble/files';
import { PLAN_FILE } from '@spatial-ensemble/store';
import { declaredPlan } from './declared-plan.ts';
import type { Experiment } from './experiment.ts';

/** Writes a plan into the folder of its study's accepted results. */
export async function writePlan(folder: string, plan: Plan): Promise<void> {
  await writeFinal(join(folder, PLAN_FILE), `${JSON.stringify(plan, null, 2)}\n`);
}

/**
 * Writes the plan of every study that has accepted results again, as its experiment declares it now: a result of an
 * earlier declaration, or of an earlier version of the method, is stale from then on.
 *
 * @param results the folder of accepted results, a folder for each study.
 * @param load gives the experiment of a study by its name; throws where there is none.
 * @returns the names of these studies.
 */
export async function refreshPlans(results: string, load: (name: string) => Promise<Experiment>): Promise<string[]> {
  const names = (await readdir(results)).filter((name) => existsSync(join(results, name, PLAN_FILE))).toSorted();
  for (const name of names) await writePlan(join(results, name), declaredPlan(await load(name)));
  return names;
}
