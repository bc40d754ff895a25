import { gatherNumbers, thisWorker } from '@spatial-ensemble/engine';
import type { Measure } from '@spatial-ensemble/record';
import { UnusableRun } from '@spatial-ensemble/record';
import { Claimed } from '@spatial-ensemble/store';
import { allRuns, runName } from '@spatial-ensemble/study';
import { beginAnew } from './begin-anew.ts';
import type { ResolvedRun } from './experiment.ts';
import { meetsAll, type Failure } from './failures.ts';
import type { ReadyJob } from './job.ts';
import { marginLines } from './measures-text.ts';
import { isOutOfMemory, memoryAdvice } from './out-of-memory.ts';
import { pacing } from './pacing.ts';
import { type OneRun, runOne, type StoredRun } from './run-one.ts';

/** How the runs of a job ended. */
interface Ended {
  readonly failures: readonly Failure[];
  readonly interrupted: boolean;
  /** After a signal: 128 and its number; else 0. */
  readonly signalled: number;
  /** Why a run was left after its first steps. */
  readonly refused?: string;
}

/**
 * Runs all runs of a job in their order, each followed by its evaluations, until one is refused or the user stops. A run
 * that another process trains comes last, and is then waited for: several processes share what one of them asks for.
 * Processes that train together stop where one of them is told to, and end where a run fails.
 */
export async function runAll(job: ReadyJob): Promise<Ended> {
  const { log, interrupt, fresh } = job.session;
  const pace = pacing(job);
  const failures: Failure[] = [];
  const titleOf = titles(job.runs);
  const start = async (
    run: ResolvedRun,
    how: Pick<OneRun, 'fresh' | 'waits' | 'from'>,
  ): Promise<StoredRun | 'claimed' | undefined> => {
    const title = titleOf(run);
    try {
      return await runOne(job, { run, title, pace: pace.of(run, title), ...how });
    } catch (error) {
      if (error instanceof Claimed) {
        log(how.waits ? `${title}: ${error.message}` : `${title} is left for last: ${error.message}`);
        return 'claimed';
      }
      if (meetsAll(error))
        throw new Error(
          `${title}: ${(error as Error).message}\nOnce that is put right, the same command goes on from the last checkpoint (without --fresh).`,
          { cause: error },
        );
      // The others may stand anywhere in it.
      if (thisWorker().workers > 1) throw new Error(`${title}: ${(error as Error).message}`, { cause: error });
      const failure = { title, error: await withAdvice(error as Error, run, job) };
      failures.push(failure);
      log(`${title} failed: ${failure.error.message}`);
      return undefined;
    }
  };
  const largest = async (own: number): Promise<number> => Math.max(...(await gatherNumbers(own)));
  const interrupted = async (): Promise<boolean> => (await largest(Number(interrupt.requested()))) === 1;
  const stops = async (): Promise<boolean> =>
    (await largest(Number(pace.refused() !== undefined))) === 1 || (await interrupted());
  const evaluate = async (run: ResolvedRun, stored: StoredRun): Promise<void> => {
    const measures: Measure[] = [...stored.result.measures];
    for (const evaluation of run.evaluations) {
      if ((await stops()) || stored.result.status !== 'complete') break;
      const evaluated = await start(evaluation, { fresh, waits: true, from: stored });
      if (typeof evaluated === 'object') measures.push(...evaluated.result.measures);
    }
    for (const line of marginLines(measures)) log(`${runName(run)}: ${line}`);
  };
  /** @returns the runs that another process trains. */
  const runEach = async (runs: readonly ResolvedRun[], how: Pick<OneRun, 'fresh' | 'waits'>) => {
    const claimed: ResolvedRun[] = [];
    for (const run of runs) {
      if (await stops()) break;
      const stored = await start(run, how);
      if (stored === 'claimed') claimed.push(run);
      else if (stored !== undefined) await evaluate(run, stored);
    }
    return claimed;
  };
  const left = await runEach(job.runs, { fresh, waits: false });
  // Whoever trains them begins them anew, or goes on with them, for this process too.
  await runEach(left, { fresh: false, waits: true });
  const refused = pace.refused();
  const ended = { interrupted: await interrupted(), signalled: await largest(interrupt.exitCode()) };
  return { failures, ...ended, ...(refused !== undefined && { refused }) };
}

/** What lines call a run: its place among all, arm, point of a grid, seed and evaluation. */
function titles(runs: readonly ResolvedRun[]): (run: ResolvedRun) => string {
  const all = allRuns(runs);
  return (run) => {
    const kind = run.evaluation === undefined ? '' : `, ${run.evaluation}`;
    return `[${all.indexOf(run) + 1}/${all.length}] ${runName(run)}${kind}`;
  };
}

/** Says how a run is begun anew that cannot be gone on with, and what would fit of one that had no memory. */
async function withAdvice(error: Error, run: ResolvedRun, job: ReadyJob): Promise<Error> {
  if (isOutOfMemory(error))
    return new Error(`out of memory: ${error.message}\n${await memoryAdvice(job, run)}`, { cause: error });
  if (!(error instanceof UnusableRun)) return error;
  const advice = `To begin this run anew, and no other: the same command with ${beginAnew(run)}.`;
  return new Error(`${error.message}\n${advice}`, { cause: error });
}
