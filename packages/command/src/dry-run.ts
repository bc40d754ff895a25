import { useTensorFlow } from '@spatial-ensemble/engine';
import { costLines, runName } from '@spatial-ensemble/study';
import { changedCostLines } from './changed-cost.ts';
import { findNeed } from './check-need.ts';
import { countOnce } from './counted.ts';
import type { ResolvedRun } from './experiment.ts';
import { gridCostLines } from './grid-cost.ts';
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
    ...(first.swept === undefined
      ? costLines(experiment.study, runs, (await counted()).flops)
      : await gridCostLines(job)),
    need.line,
    ...(need.cannot === undefined ? [] : [need.cannot]),
    ...(first.swept === undefined ? await changedCostLines(job, counted) : []),
  ];
  for (const line of lines) session.log(line);
}

function runText(run: ResolvedRun): string {
  const { steps, evaluations, changed, swept } = run;
  const parts = [
    `${steps.toLocaleString('en-US')} steps`,
    ...evaluations.map((one) => `${one.evaluation}: ${one.steps.toLocaleString('en-US')} steps`),
  ];
  const mark = swept === undefined ? 'changed by --set' : 'of the grid';
  return `- ${runName(run)}: ${parts.join('; ')}${changed === undefined ? '' : ` (${mark})`}`;
}
