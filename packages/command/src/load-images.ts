import { useTensorFlow } from '@spatial-ensemble/engine';
import { seeds } from '@spatial-ensemble/random';
import { allRuns, costLines, declaredCost } from '@spatial-ensemble/study';
import { knownOf, loadOnce, prepareData, type RunData } from '@spatial-ensemble/training';
import { checkRuns } from './check-runs.ts';
import { countSteps, flopsOf } from './cost.ts';
import type { ResolvedRun } from './experiment.ts';
import type { Job } from './job.ts';

/**
 * Loads the images of all runs, so that nothing is begun that would fail on the way.
 *
 * @throws Error where images are missing, with what the runs would cost, or do not suit a run
 */
export async function loadImages(job: Job): Promise<ReadonlyMap<ResolvedRun, RunData>> {
  const { experiment, runs, session } = job;
  const load = loadOnce(
    session.displays.counts((folder) => `indexing ${folder}`),
    session.log,
  );
  const loaded = new Map<ResolvedRun, RunData>();
  try {
    for (const run of allRuns(runs)) loaded.set(run, await prepareData(run, seeds(run.seeds).split, load));
  } catch (error) {
    const cost = isCounted(job) ? await tracedCost(job) : [];
    throw new Error([(error as Error).message, ...cost, 'Nothing was run or written.'].join('\n'), { cause: error });
  }
  checkRuns(experiment, runs, (run) => ({ data: knownOf(loaded.get(run)!) }));
  return loaded;
}

/** Whether the cost of a run is told by its arithmetic; one of seconds is not worth the tracing. */
export function isCounted({ experiment, first }: Job): boolean {
  return first.tier !== 'smoke' && declaredCost(experiment.study, first).flopPerSecond !== undefined;
}

/** What runs would cost; nothing where TensorFlow is not here to trace them either. */
async function tracedCost({ experiment, runs, first }: Job): Promise<string[]> {
  try {
    await useTensorFlow();
    return costLines(experiment.study, runs, flopsOf(await countSteps(first)));
  } catch {
    return [];
  }
}
