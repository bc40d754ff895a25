import { finishedResult, runFolder } from '@spatial-ensemble/store';
import { selected } from '@spatial-ensemble/study';
import { isNeedy } from './check-need.ts';
import type { ReadyJob } from './job.ts';

/**
 * Beginning anew is for runs that are named: where neither arms nor seeds are, and finished runs of more than seconds
 * are among all of them, it is asked for.
 *
 * @throws Error where nobody can be asked, or the answer is no
 */
export async function confirmFresh({ runs, specs, selection, session }: ReadyJob): Promise<void> {
  const { arms, seeds } = selected(selection);
  if (!session.fresh || arms !== undefined || seeds !== undefined) return;
  const finished: string[] = [];
  for (const run of runs.filter(isNeedy)) {
    // `!`: a job has a record of each of its runs.
    const { spec, identity } = specs.get(run)!;
    // What is damaged is no loss.
    const result = await finishedResult(runFolder(session.runs, spec, identity), identity).catch(() => undefined);
    if (result !== undefined) finished.push(`${run.arm}, seed ${run.seed}`);
  }
  const [first, ...others] = finished;
  if (first === undefined) return;
  const lost = `--fresh would run ${finished.length} finished ${finished.length === 1 ? 'run' : 'runs'} again (${first}${others.length > 0 ? `, and ${others.length} more` : ''})`;
  if (session.ask === undefined)
    throw new Error(`${lost}. Name what is to be begun anew: --arm NAME, --seed N. Nothing was run.`);
  if (!(await session.ask(`${lost}. Go on?`))) throw new Error(`${lost}, and was not told to. Nothing was run.`);
}
