import { xlaFlagsFor } from '@spatial-ensemble/engine/xla-options';
import { announce, knownBefore, resolveRuns } from '@spatial-ensemble/study';
import { boundRun } from './bound-run.ts';
import { checkRuns } from './check-runs.ts';
import type { ResolvedRun } from './experiment.ts';
import type { Asked, Job } from './job.ts';
import { refusePrecision } from './precision.ts';
import { checkThreads } from './threads.ts';

/**
 * Resolves what is asked for, checks what can be known of it without images and TensorFlow, and says what it is.
 *
 * @throws Error for whatever cannot be run as it is asked for
 */
export function resolveJob(asked: Asked): Job {
  const { experiment, selection, machine, session } = asked;
  refusePrecision(machine);
  // For what is wrong with them, before images are loaded.
  xlaFlagsFor(machine.xlaOptions ?? {}, machine.deterministic);
  const runs = resolveRuns(experiment, selection);
  const [first] = runs;
  if (first === undefined) throw new Error(`${experiment.study.name}: no arm or no seed is chosen, so nothing is run`);
  checkRuns(experiment, runs, knownBefore);
  if (!session.force) checkThreads(machine);
  if (machine.microBatch !== undefined) for (const run of runs) refuseMicroBatch(run, machine.microBatch);
  for (const line of announce(experiment.study, runs)) session.log(line);
  return { ...asked, runs, first };
}

/** @throws Error if a run cannot pass its batch through the network in such parts */
function refuseMicroBatch(run: ResolvedRun, microBatch: number): void {
  const { method } = run;
  if (method.accumulates !== true)
    throw new Error(
      `--micro-batch: ${method.name} cannot add up its gradient over micro-batches: its batch norm normalises the whole batch together, and every gradient depends on those statistics. Train on a smaller batch.`,
    );
  boundRun(run, { microBatch });
}
