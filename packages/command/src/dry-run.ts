import { useTensorFlow } from '@spatial-ensemble/engine';
import { costLines } from '@spatial-ensemble/study';
import { changedCostLines } from './changed-cost.ts';
import { findNeed } from './check-need.ts';
import { countOnce } from './counted.ts';
import type { ResolvedRun } from './experiment.ts';
import type { Asked } from './job.ts';
import { resolveJob } from './resolve-job.ts';

/** Says what a selection would run, and what that costs; needs no images and writes nothing. */
export async function dryRun(asked: Asked): Promise<void> {
  const job = resolveJob(asked);
  const { experiment, runs, first, machine, session } = job;
  for (const run of runs) session.log(runText(run));
  await useTensorFlow();
  const counted = countOnce(first, machine);
  const need = await findNeed(job, await counted());
  const lines = [
    ...costLines(experiment.study, runs, (await counted()).flops),
    need.line,
    ...(need.cannot === undefined ? [] : [need.cannot]),
    ...(await changedCostLines(job, counted)),
  ];
  for (const line of lines) session.log(line);
}

function runText({ arm, seed, steps, evaluations, changed }: ResolvedRun): string {
  const parts = [
    `${steps.toLocaleString('en-US')} steps`,
    ...evaluations.map((one) => `${one.evaluation}: ${one.steps.toLocaleString('en-US')} steps`),
  ];
  return `- ${arm}, seed ${seed}: ${parts.join('; ')}${changed === undefined ? '' : ' (changed by --set)'}`;
}
