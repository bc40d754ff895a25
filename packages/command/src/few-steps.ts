import { runName } from '@spatial-ensemble/study';
import { firstWeights, type RunPort, trainRun } from '@spatial-ensemble/training';
import { boundRun } from './bound-run.ts';
import type { ResolvedRun } from './experiment.ts';
import type { Asked, ReadyJob } from './job.ts';
import { loadImages } from './load-images.ts';
import { resolveJob } from './resolve-job.ts';
import { parts } from './run-specs.ts';
import { startTensorFlow } from './start-tensorflow.ts';

/** The first one is compiled; one more shows that the next ones are not. */
const STEPS = 2;

/** Where a run goes of which nothing is kept. */
const NOWHERE: RunPort = {
  saved: undefined,
  append: () => undefined,
  lines: () => [],
  save: () => Promise.resolve(''),
};

/**
 * Takes the first steps of what is asked for, of runs and their evaluations, of the first seed alone: the others have the
 * same. Evaluations start from untrained weights. Nothing is kept.
 *
 * @throws Error for what `run` refuses too
 */
export async function takeFewSteps(asked: Asked): Promise<void> {
  const { runs: all, ...resolved } = resolveJob(asked);
  const runs = all.filter(({ seed }) => seed === resolved.first.seed);
  const job = { ...resolved, runs };
  const { interrupt, log } = job.session;
  await startTensorFlow(job);
  const ready = { ...job, data: await loadImages(job) };
  for (const run of runs)
    for (const one of [run, ...run.evaluations]) {
      // What is measured alone takes none.
      if (one.steps === 0 || interrupt.requested()) continue;
      const { done } = await interrupt.during(() => trainRun(requestOf(ready, run, one)));
      log(`${runName(run)}${one === run ? '' : `, ${one.evaluation}`}: ${done} of ${one.steps} steps`);
    }
}

/** What the loop is asked for: a run, or an evaluation `one` of it, that is interrupted after its first steps. */
function requestOf(
  { data, machine, session }: Pick<ReadyJob, 'data' | 'machine' | 'session'>,
  run: ResolvedRun,
  one: ResolvedRun,
): Parameters<typeof trainRun>[0] {
  let done = 0;
  return {
    run: {
      bound: boundRun(one, parts(one, machine)),
      seed: one.seeds,
      // `!`: a job has images of each of its runs.
      data: data.get(one)!,
      testPoints: one.testPoints,
      ...(one !== run && { from: async () => firstWeights({ bound: boundRun(run), seed: run.seeds }) }),
    },
    port: NOWHERE,
    machine,
    session: {
      interrupted: () => done >= STEPS || session.interrupt.requested(),
      onProgress: ({ step }) => void (done = step),
    },
  };
}
