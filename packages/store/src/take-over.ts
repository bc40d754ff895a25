import { join } from 'node:path';
import { UnusableRun, type MetricsLine } from '@spatial-ensemble/record';
import { anewFolder } from './begun-anew.ts';
import { checkpointsIn } from './check-checkpoints.ts';
import { loadCheckpoint } from './checkpoint.ts';
import { checkMark, markedLines } from './metrics-file.ts';
import { CHECKPOINT_FOLDER, METRICS_FILE, openRun, type OpenRun, savedOf, type SavedRun } from './open-run.ts';

/** A run as it was after some step. */
export interface RunAt {
  readonly saved: SavedRun;
  /** Its numbers until then. */
  readonly lines: readonly MetricsLine[];
}

/** Whether a run has a checkpoint that it would go on from, also where it is being begun anew. */
export async function isSaved(folder: string): Promise<boolean> {
  const all = await Promise.all([folder, anewFolder(folder)].map((one) => checkpointsIn(join(one, CHECKPOINT_FOLDER))));
  return all.flat().length > 0;
}

/**
 * A run as it was saved after a step.
 *
 * @throws UnusableRun where there is no whole checkpoint after that step: it says after which there are
 */
export async function runAt(folder: string, identity: string, step: number): Promise<RunAt> {
  const [checkpoints, metrics] = [join(folder, CHECKPOINT_FOLDER), join(folder, METRICS_FILE)];
  const found = await loadCheckpoint(checkpoints, identity, {
    only: step,
    check: (manifest) => checkMark(metrics, manifest.metrics),
  });
  if (found === undefined) {
    const steps = (await checkpointsIn(checkpoints)).map((one) => one.step);
    const there = steps.length === 0 ? 'there is none' : `there are those after step ${steps.join(', ')}`;
    throw new UnusableRun(
      `${folder} has no checkpoint after step ${step}: ${there}. \`--keep every=N\` keeps more while a run is trained.`,
    );
  }
  return { saved: savedOf(found), lines: await markedLines(metrics, found.manifest.metrics) };
}

/**
 * The step after which a run was saved last.
 *
 * @throws UnusableRun where it has no checkpoint, or none that is whole
 */
export async function lastStep(folder: string, identity: string): Promise<number> {
  const metrics = join(folder, METRICS_FILE);
  const found = await loadCheckpoint(join(folder, CHECKPOINT_FOLDER), identity, {
    check: (manifest) => checkMark(metrics, manifest.metrics),
  });
  if (found === undefined) throw new UnusableRun(`${folder} has no checkpoint to go on from.`);
  return found.manifest.step;
}

/**
 * Opens a run that goes on from another one: where it has no checkpoint of its own yet, that of the other becomes its
 * first one.
 *
 * @param from read where it is needed
 * @throws UnusableRun, WriteError
 */
export async function openRunFrom(folder: string, identity: string, from: () => Promise<RunAt>): Promise<OpenRun> {
  const run = await openRun(folder, identity);
  if (run.saved !== undefined) return run;
  const { saved, lines } = await from();
  for (const line of lines) run.append(line);
  const { step, window, code } = saved;
  await run.save(saved.tensors, { step, window, code });
  return openRun(folder, identity);
}
