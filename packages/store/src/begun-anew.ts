import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder, writing } from '@spatial-ensemble/files';
import { UnusableRun } from '@spatial-ensemble/record';
import { finishedResult } from './run-folder.ts';

const [ANEW, FORMER] = ['.anew', '.former'];

/** Where a run is trained. */
export interface RunPlace {
  readonly folder: string;
  /** What is to be said of it before it goes on. */
  readonly note: string | undefined;
  /** The run is finished, and its result written: from now on it lies where its identity says. */
  finish(): Promise<void>;
}

/**
 * Where a run is trained that is claimed: in its folder, or beside it where it is begun anew and has a result, which is
 * then there until the new one is whole. What a process left that was killed in between is gone on with.
 *
 * @param fresh begin anew: what is there of the run is removed, but a result of all its steps.
 */
export async function placeOfRun(folder: string, identity: string, fresh: boolean): Promise<RunPlace> {
  const [anew, former] = [`${folder}${ANEW}`, `${folder}${FORMER}`];
  const exchange = async (): Promise<void> => {
    if (existsSync(folder)) await rename(folder, former);
    await rename(anew, folder);
    await syncFolder(dirname(folder));
    await rm(former, { recursive: true, force: true });
  };
  // Killed while it exchanged them.
  if (existsSync(anew) && (!existsSync(folder) || (await isFinished(anew, identity)))) await exchange();
  await rm(former, { recursive: true, force: true });
  if (fresh) {
    await rm(anew, { recursive: true, force: true });
    if (!(await isFinished(folder, identity))) await rm(folder, { recursive: true, force: true });
  }
  const aside = existsSync(anew) || (fresh && existsSync(folder));
  if (aside) await writing(anew, undefined, () => mkdir(anew, { recursive: true }));
  return {
    folder: aside ? anew : folder,
    note:
      aside && !fresh
        ? 'it was begun anew with --fresh and not finished: this goes on with that, and the result of before stays until it is whole'
        : undefined,
    finish: async () => {
      if (aside) await exchange();
    },
  };
}

/** Where a run is trained that is begun anew. */
export function anewFolder(folder: string): string {
  return `${folder}${ANEW}`;
}

/** Whether a run is being trained anew, so that its result is not the last word. */
export function isBegunAnew(folder: string): boolean {
  return existsSync(`${folder}${ANEW}`);
}

/** Whether a folder stands beside that of a run, or in its place for a moment, and another one counts. */
export function isBeside(folder: string): boolean {
  const run = folder.replace(/\.(anew|former)$/, '');
  if (run === folder) return false;
  return existsSync(run) || (folder.endsWith(FORMER) && existsSync(`${run}${ANEW}`));
}

async function isFinished(folder: string, identity: string): Promise<boolean> {
  try {
    return (await finishedResult(folder, identity)) !== undefined;
  } catch (error) {
    if (error instanceof UnusableRun) return false;
    throw error;
  }
}
