import { byFirst, leaveCluster } from '@spatial-ensemble/engine';
import type { Plan } from '@spatial-ensemble/record';
import { allRuns } from '@spatial-ensemble/study';
import { refuseOtherJobs } from './cluster/refuse-other-jobs.ts';
import { confirmFresh } from './confirm-fresh.ts';
import { countOnce } from './counted.ts';
import type { Failure } from './failures.ts';
import type { Asked } from './job.ts';
import { keepPlan } from './keep-plan.ts';
import { lineageOf } from './lineage.ts';
import { loadImages } from './load-images.ts';
import { resolveJob } from './resolve-job.ts';
import { runAll } from './run-all.ts';
import { runSpecs } from './run-specs.ts';
import { sayCost } from './say-cost.ts';
import { joinOthers, startTensorFlow } from './start-tensorflow.ts';
import { checkInitial } from './weights/initial.ts';

/** What became of an experiment's runs. */
export interface ExperimentOutcome {
  readonly plan: Plan;
  readonly interrupted: boolean;
  /** After a signal: 128 and its number; else 0. */
  readonly signalled: number;
  /** Runs that ended with an error, and how many there were to do. */
  readonly failures: readonly Failure[];
  readonly all: number;
  /** Why a run was left after its first steps: it would take too long. */
  readonly refused?: string;
}

/**
 * Runs what is asked for, each run and then its evaluations; a run that is finished is not run again. A run that fails
 * for itself (it diverged, an image is damaged) is among the outcome's failures, and the others are run.
 * Several processes do the same together: what the store, the user or a clock decides is process 0's to decide.
 *
 * @throws Error for what is wrong with all: before the first run, or where nothing more can be written
 */
export async function runExperiment(asked: Asked): Promise<ExperimentOutcome> {
  const resolved = resolveJob(asked);
  await joinOthers(resolved);
  await checkInitial(resolved);
  const data = await loadImages(resolved);
  const info = await startTensorFlow(resolved);
  const ready = { ...resolved, data, info };
  const alone = runSpecs(ready);
  await refuseOtherJobs(alone);
  const origins = await byFirst(async () => {
    const found = await lineageOf(resolved, alone);
    return resolved.runs.map((run) => found.get(run) ?? null);
  });
  const lineage = new Map(resolved.runs.flatMap((run, i) => (origins[i] ? [[run, origins[i]] as const] : [])));
  const specs = runSpecs(ready, lineage);
  const job = { ...ready, lineage, specs, counted: countOnce(resolved.first, resolved.machine) };
  await byFirst(() => confirmFresh(job));
  await byFirst(() => sayCost(job));
  const plan = await byFirst(() => keepPlan(job));
  const ended = await runAll(job);
  leaveCluster();
  return { plan, all: allRuns(job.runs).length, ...ended };
}
