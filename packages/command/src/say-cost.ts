import { costLines } from '@spatial-ensemble/study';
import { changedCostLines } from './changed-cost.ts';
import { findNeed, isNeedy } from './check-need.ts';
import { gridCostLines } from './grid-cost.ts';
import type { ReadyJob } from './job.ts';
import { isCounted } from './load-images.ts';

/**
 * Says what runs need of memory and disk, and what they cost.
 *
 * @throws Error where they surely cannot fit, unless that is forced
 */
export async function sayCost(job: ReadyJob): Promise<void> {
  const { first, session, counted } = job;
  if (isNeedy(first)) {
    const need = await findNeed(job, await counted());
    session.log(need.line);
    if (need.cannot !== undefined && !session.force) throw new Error(need.cannot);
  }
  for (const line of await linesOf(job)) session.log(line);
}

async function linesOf(job: ReadyJob): Promise<readonly string[]> {
  const { experiment, runs, first, counted } = job;
  if (first.swept !== undefined) return first.tier === 'smoke' ? [] : gridCostLines(job);
  if (isCounted(job)) return costLines(experiment.study, runs, (await counted()).flops);
  return changedCostLines(job, counted);
}
