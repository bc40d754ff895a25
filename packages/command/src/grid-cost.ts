import {
  allRuns,
  amountsText,
  declaredCost,
  hoursText,
  resolveRuns,
  runFlops,
  sweptText,
} from '@spatial-ensemble/study';
import { countSteps, flopsOf } from './cost.ts';
import type { ResolvedRun } from './experiment.ts';
import type { Job } from './job.ts';

/**
 * What each point of a grid comes to, and all of them, by the arithmetic of a traced step of each: a swept batch or width
 * changes it. Arms differ in their teachers, whose arithmetic is not counted. Needs TensorFlow, and no images.
 */
export async function gridCostLines({ experiment, selection, runs, first, machine }: Job): Promise<string[]> {
  const cost = declaredCost(experiment.study, first);
  const { flopPerSecond, hardware } = cost;
  const points = new Map<string, ResolvedRun[]>();
  for (const run of runs) points.set(pointText(run), [...(points.get(pointText(run)) ?? []), run]);
  let total = 0;
  const lines: string[] = [];
  for (const [point, members] of points) {
    const each = await flopsOfRun(members[0]!, machine.microBatch);
    total += each * members.length;
    const time = flopPerSecond === undefined ? '' : `, ${hoursText((each * members.length) / flopPerSecond / 3600)}`;
    lines.push(
      `- ${point}: ${members.length} ${members.length === 1 ? 'run' : 'runs'} of ${each.toExponential(2).replace('e+', 'e')} FLOP${time}`,
    );
  }
  if (flopPerSecond !== undefined)
    return [
      ...lines,
      `All ${runs.length} on ${hardware}: ${hoursText(total / flopPerSecond / 3600)}; loading and evaluating come on top.`,
    ];
  // Of seconds; what the study declares is of its other tiers.
  if (first.tier === 'smoke') return lines;
  const [declared = first] = resolveRuns(experiment, {
    ...selection,
    overrides: (selection.overrides ?? []).filter((text) => /^(arm|variant)=/.test(text)),
  });
  const amounts = amountsText(cost, total / (await flopsOfRun(declared)));
  return amounts === '' ? lines : [...lines, `All ${runs.length} on ${hardware}: ${amounts}.`];
}

/** Of a run and its evaluations. */
async function flopsOfRun(run: ResolvedRun, microBatch?: number): Promise<number> {
  const flops = flopsOf(await countSteps(run, microBatch));
  return allRuns([run]).reduce((sum, one) => sum + runFlops(flops, one), 0);
}

function pointText({ swept }: ResolvedRun): string {
  return swept === undefined ? 'as declared' : sweptText(swept);
}
