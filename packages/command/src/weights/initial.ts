import { fitted } from '@spatial-ensemble/weights';
import { boundRun } from '../bound-run.ts';
import type { ResolvedRun } from '../experiment.ts';
import type { Job } from '../job.ts';
import type { Initial } from '@spatial-ensemble/training';
import { findImport, readImport } from './imports.ts';

/** What a run takes of imported weights, and what it says of them. */
export interface InitialOf {
  readonly initial: Initial;
  readonly lines: readonly string[];
}

/**
 * The weights that a run starts from as values of its variables.
 *
 * @throws Error where they are not there, or not those of its encoder: it lists what differs
 */
export async function initialOf(run: ResolvedRun, runs: string): Promise<InitialOf> {
  const { anatomy } = boundRun(run).trainable;
  if (anatomy === undefined)
    throw new Error(
      `--init: ${run.method.name} does not say what its network consists of, so no weights can be brought`,
    );
  // `!`: asked of runs that have it.
  const at = await findImport(run.init!, runs);
  const { student, teacher } = await readImport(at);
  const [ofStudent, ofTeacher] = [fitted(anatomy, student), fitted(anatomy, teacher)];
  const taken = ['encoder', ...ofStudent.heads].join(', ');
  return {
    initial: { student: ofStudent.variables, teacher: ofTeacher.variables },
    lines: [`starts from ${at.about.file.name} (${at.about.layout}): ${taken}`, ...ofStudent.left],
  };
}

/** Says what the runs of a job take of imported weights. @throws Error as `initialOf`, before anything is run */
export async function checkInitial({ runs, session }: Job): Promise<void> {
  const said = new Set<string>();
  for (const run of runs)
    if (run.init !== undefined) for (const line of (await initialOf(run, session.runs)).lines) said.add(line);
  for (const line of said) session.log(line);
}
