import { finishedResult, isSaved, runFolder } from '@spatial-ensemble/store';
import { selected } from '@spatial-ensemble/study';
import { isNeedy } from './check-need.ts';
import type { ReadyJob } from './job.ts';

/**
 * Beginning anew is for runs that are named: where neither arms nor seeds are, and runs of more than seconds are among all of
 * them that are finished or were saved, it is asked for.
 *
 * @throws Error where nobody can be asked, or the answer is no
 */
export async function confirmFresh({ runs, specs, selection, session }: ReadyJob): Promise<void> {
  const { arms, seeds } = selected(selection);
  if (!session.fresh || arms !== undefined || seeds !== undefined) return;
  const trained: string[] = [];
  for (const run of runs.filter(isNeedy)) {
    // `!`: a job has a record of each of its runs.
    const { spec, identity } = specs.get(run)!;
    const folder = runFolder(session.runs, spec, identity);
    // What is damaged is no loss.
    const result = await finishedResult(folder, identity).catch(() => undefined);
    if (result !== undefined || (await isSaved(folder))) trained.push(`${run.arm}, seed ${run.seed}`);
  }
  const [first, ...others] = trained;
  if (first === undefined) return;
  const lost = `--fresh would run ${trained.length} ${trained.length === 1 ? 'run' : 'runs'} again from the start (${first}${others.length > 0 ? `, and ${others.length} more` : ''})`;
  if (session.ask === undefined)
    throw new Error(`${lost}. Name what is to be begun anew: --arm NAME, --seed N. Nothing was run.`);
  if (!(await session.ask(`${lost}. Go on?`))) throw new Error(`${lost}, and was not told to. Nothing was run.`);
}
