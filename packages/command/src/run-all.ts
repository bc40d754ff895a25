import type { Measure } from '@spatial-ensemble/record';
import { UnusableRun } from '@spatial-ensemble/record';
import { allRuns } from '@spatial-ensemble/study';
import { beginAnew } from './begin-anew.ts';
import type { ResolvedRun } from './experiment.ts';
import { meetsAll, type Failure } from './failures.ts';
import type { ReadyJob } from './job.ts';
import { marginLines } from './measures-text.ts';
import { pacing } from './pacing.ts';
import { runOne, type StoredRun } from './run-one.ts';

/** How the runs of a job ended. */
interface Ended {
  readonly failures: readonly Failure[];
  /** Why a run was left after its first steps. */
  readonly refused?: string;
}

/** Runs all runs of a job in their order, each followed by its evaluations, until one is refused or the user stops. */
export async function runAll(job: ReadyJob): Promise<Ended> {
  const { log, interrupt } = job.session;
  const all = allRuns(job.runs);
  const pace = pacing(job);
  const failures: Failure[] = [];
  const start = async (run: ResolvedRun, from?: StoredRun): Promise<StoredRun | undefined> => {
    const kind = run.evaluation === undefined ? '' : `, ${run.evaluation}`;
    const title = `[${all.indexOf(run) + 1}/${all.length}] ${run.arm}, seed ${run.seed}${kind}`;
    try {
      return await runOne(job, { run, title, pace: pace.of(run, title), ...(from && { from }) });
    } catch (error) {
      if (meetsAll(error))
        throw new Error(
          `${title}: ${(error as Error).message}\nOnce that is put right, the same command goes on from the last checkpoint (without --fresh).`,
          { cause: error },
        );
      const failure = { title, error: withAdvice(error as Error, run) };
      failures.push(failure);
      log(`${title} failed: ${failure.error.message}`);
      return undefined;
    }
  };
  const stops = (): boolean => pace.refused() !== undefined || interrupt.requested();
  for (const run of job.runs) {
    if (stops()) break;
    const stored = await start(run);
    if (stored === undefined) continue;
    const measures: Measure[] = [...stored.result.measures];
    for (const evaluation of run.evaluations) {
      if (stops() || stored.result.status !== 'complete') break;
      measures.push(...((await start(evaluation, stored))?.result.measures ?? []));
    }
    for (const line of marginLines(measures)) log(`${run.arm}, seed ${run.seed}: ${line}`);
  }
  const refused = pace.refused();
  return { failures, ...(refused !== undefined && { refused }) };
}

/** Says how a run is begun anew that cannot be gone on with. */
function withAdvice(error: Error, run: ResolvedRun): Error {
  if (!(error instanceof UnusableRun)) return error;
  const advice = `To begin this run anew, and no other: the same command with ${beginAnew(run)}.`;
  return new Error(`${error.message}\n${advice}`, { cause: error });
}
