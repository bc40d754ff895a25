import { costLines } from '@spatial-ensemble/study';
import { changedCostLines } from './changed-cost.ts';
import { findNeed, isNeedy } from './check-need.ts';
import type { ReadyJob } from './job.ts';
import { isCounted } from './load-images.ts';

/**
 * Says what runs need of memory and disk, and what they cost.
 *
 * @throws Error where they surely cannot fit, unless that is forced
 */
export async function sayCost(job: ReadyJob): Promise<void> {
  const { experiment, runs, first, session, counted } = job;
  if (isNeedy(first)) {
    const need = await findNeed(job, await counted());
    session.log(need.line);
    if (need.cannot !== undefined && !session.force) throw new Error(need.cannot);
  }
  const lines = isCounted(job)
    ? costLines(experiment.study, runs, (await counted()).flops)
    : await changedCostLines(job, counted);
  for (const line of lines) session.log(line);
}
