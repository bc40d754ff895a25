import { join } from 'node:path';
import { openSummaries } from '@spatial-ensemble/engine';
import { shortIdentity } from '@spatial-ensemble/record';
import { linesIn } from '@spatial-ensemble/store';
import { sweptText } from '@spatial-ensemble/study';
import { showLines, type Board, type Bound } from '@spatial-ensemble/training';
import type { ResolvedRun } from './experiment.ts';
import type { Job } from './job.ts';

/** The folder of event files in a store of runs. */
const TENSORBOARD_FOLDER = 'tensorboard';

/** A board that is closed in the end. */
export interface EventFiles extends Board {
  close(): void;
}

/** What event files are of. */
export interface Boarded {
  readonly run: ResolvedRun;
  readonly identity: string;
  readonly title: string;
}

/**
 * Event files of a run, for TensorBoard. They are no part of the run: where they cannot be written that is said, and the run
 * goes on without them.
 *
 * @param upTo the step that the run goes on from; undefined: it begins
 */
export function eventFiles(
  job: Pick<Job, 'experiment' | 'session'>,
  of: Boarded,
  upTo: number | undefined,
): EventFiles {
  const { log } = job.session;
  let failed = false;
  /** Does what may fail, until something has. */
  const orNot = <T>(otherwise: T, work: () => T): T => {
    if (failed) return otherwise;
    try {
      return work();
    } catch (error) {
      failed = true;
      log(`${of.title}: nothing more is written for TensorBoard, and the run goes on: ${(error as Error).message}`);
      return otherwise;
    }
  };
  const files = orNot(undefined, () => openSummaries(boardFolder(job, of), upTo));
  return {
    has: (tag, step) => files?.has(tag, step) ?? true,
    scalar: (...given) => orNot(undefined, () => files?.scalar(...given)),
    histogram: (...given) => orNot(undefined, () => files?.histogram(...given)),
    images: (...given) => orNot(undefined, () => files?.images(...given)),
    flush: () => orNot(undefined, () => files?.flush()),
    close: () => orNot(undefined, () => files?.close()),
  };
}

/** Shows what there is of a run that is finished: its numbers over time. */
export async function showFinished(
  job: Pick<Job, 'experiment' | 'session'>,
  of: Boarded,
  { bound, folder }: { readonly bound: Bound; readonly folder: string },
): Promise<void> {
  const files = eventFiles(job, of, bound.steps);
  showLines(bound, await linesIn(folder), files);
  files.close();
}

/**
 * Where TensorBoard finds a run, whose name there is the path:
 * `tensorboard/fixmatch-small/small/sts-seed1-0123456789ab`. The digits tell runs of one arm with other settings apart.
 */
function boardFolder({ experiment, session }: Pick<Job, 'experiment' | 'session'>, { run, identity }: Boarded): string {
  const { tier, variant, arm, swept, seed, evaluation } = run;
  const size = variant === undefined ? tier : `${tier}-${variant}`;
  const name = [
    arm,
    ...(swept === undefined ? [] : [sweptText(swept)]),
    `seed${seed}`,
    ...(evaluation === undefined ? [] : [evaluation]),
  ];
  const parts = [experiment.study.name, size, [...name, shortIdentity(identity)].join('-')];
  return join(session.runs, TENSORBOARD_FOLDER, ...parts.map((part) => part.replaceAll(/[^\w.=-]+/g, '_')));
}
