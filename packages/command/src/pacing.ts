import { allRuns } from '@spatial-ensemble/study';
import type { Pace } from '@spatial-ensemble/training';
import type { ResolvedRun } from './experiment.ts';
import type { ReadyJob } from './job.ts';
import { MEASURED_STEPS, planFrom, tooLong } from './long-run.ts';
import { peakMemoryMb } from './run-info.ts';

/** How a run is paced: after so many steps it is asked whether it goes on. */
export interface RunPace {
  readonly steps: number;
  readonly goOn: (pace: Pace) => Promise<boolean>;
}

/** The pace of all runs of a job: what one of a kind measured tells of the others. */
export interface Pacing {
  of(run: ResolvedRun, title: string): RunPace;
  /** Why a run was left after its first steps, if one was. */
  refused(): string | undefined;
}

/** Plans from each run's first steps what is left, says it, and asks where that is too long. */
export function pacing({ runs, counted, session }: ReadyJob): Pacing {
  const { log, ask, maxHours } = session;
  const all = allRuns(runs);
  const paces = new Map<string | undefined, number>();
  let refused: string | undefined;
  const goesOn = async (run: ResolvedRun, title: string, pace: Pace): Promise<boolean> => {
    const later = all.slice(all.indexOf(run) + 1);
    const unknown = later.some(({ evaluation }) => evaluation !== run.evaluation && !paces.has(evaluation));
    const flops = run.evaluation === undefined && unknown ? (await counted()).flops : new Map();
    const plan = planFrom({ run, pace, paces, later, flops, peakMemoryMb: peakMemoryMb() });
    // One run of a kind tells of the others; one that is too long is told of in any case.
    if (!paces.has(run.evaluation) || plan.left > maxHours) for (const line of plan.lines) log(line);
    paces.set(run.evaluation, pace.stepMs);
    if (plan.left <= maxHours) return true;
    const why = tooLong(title, plan.left, maxHours);
    if (ask !== undefined && (await ask(`${why}\nGo on now?`))) return true;
    refused = why;
    return false;
  };
  return {
    of: (run, title) => ({ steps: MEASURED_STEPS + 1, goOn: (pace) => goesOn(run, title, pace) }),
    refused: () => refused,
  };
}
