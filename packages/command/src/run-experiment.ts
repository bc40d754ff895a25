import type { Plan } from '@spatial-ensemble/record';
import { allRuns } from '@spatial-ensemble/study';
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
import { startTensorFlow } from './start-tensorflow.ts';
import { checkInitial } from './weights/initial.ts';

/** What became of an experiment's runs. */
export interface ExperimentOutcome {
  readonly plan: Plan;
  readonly interrupted: boolean;
  /** Runs that ended with an error, and how many there were to do. */
  readonly failures: readonly Failure[];
  readonly all: number;
  /** Why a run was left after its first steps: it would take too long. */
  readonly refused?: string;
}

/**
 * Runs what is asked for, each run and then its evaluations; a run that is finished is not run again. A run that fails
 * for itself (it diverged, an image is damaged) is among the outcome's failures, and the others are run.
 *
 * @throws Error for what is wrong with all: before the first run, or where nothing more can be written
 */
export async function runExperiment(asked: Asked): Promise<ExperimentOutcome> {
  const resolved = resolveJob(asked);
  await checkInitial(resolved);
  const data = await loadImages(resolved);
  const info = await startTensorFlow(resolved);
  const ready = { ...resolved, data, info };
  const lineage = await lineageOf(resolved, runSpecs(ready));
  const specs = runSpecs(ready, lineage);
  const job = { ...ready, lineage, specs, counted: countOnce(resolved.first, resolved.machine) };
  await confirmFresh(job);
  await sayCost(job);
  const plan = await keepPlan(job);
  const ended = await runAll(job);
  return { plan, interrupted: job.session.interrupt.requested(), all: allRuns(job.runs).length, ...ended };
}
