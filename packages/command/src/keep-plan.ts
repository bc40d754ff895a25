import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { writeFinal } from '@spatial-ensemble/files';
import { Plan } from '@spatial-ensemble/record';
import { PLAN_FILE, readStored } from '@spatial-ensemble/store';
import { planOf } from '@spatial-ensemble/study';
import type { Job } from './job.ts';

/** Writes the plan of a study beside its runs, with what was planned there before. */
export async function keepPlan({ experiment, runs }: Job, folder: string): Promise<Plan> {
  const file = join(folder, PLAN_FILE);
  const before = existsSync(file) ? await readStored(file, (value) => Plan.safeParse(value).data) : undefined;
  const plan = planOf(experiment, runs, before);
  await writeFinal(file, `${JSON.stringify(plan, null, 2)}\n`);
  return plan;
}
