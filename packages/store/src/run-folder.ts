import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { infoText, Result, resultBytes, RunInfo, shortIdentity, type RunSpec } from '@spatial-ensemble/record';
import { writeChecked } from '@spatial-ensemble/files';
import { readSealed } from './read-stored.ts';

/** The folder of a run in a store, whoever asks for it: `runs/fixmatch/0123456789ab`. */
export function runFolder(runs: string, { method }: Pick<RunSpec, 'method'>, identity: string): string {
  return join(runs, method.name, shortIdentity(identity));
}

/** The folder of a study in a store, which holds its plan: `runs/quickstart`. */
export function studyFolder(runs: string, study: string): string {
  return join(runs, study);
}

/**
 * The result in a run's folder, if it is there and complete.
 *
 * @throws UnusableRun where it is damaged, was changed, or is another run's.
 */
export async function finishedResult(folder: string, identity: string): Promise<Result | undefined> {
  const path = join(folder, 'result.json');
  if (!existsSync(path)) return undefined;
  const result = await readSealed(path, Result, identity);
  return result.status === 'complete' ? result : undefined;
}

/**
 * Wall time of the run's earlier sittings, in seconds.
 *
 * @throws UnusableRun as `finishedResult`
 */
export async function secondsSoFar(folder: string, identity: string): Promise<number> {
  const path = join(folder, 'run.json');
  return existsSync(path) ? (await readSealed(path, RunInfo, identity)).seconds : 0;
}

/** Writes a run's result, and beside it what belongs to this execution; each is read again before it counts. */
export async function writeResult(folder: string, result: Result, info: RunInfo): Promise<void> {
  await writeChecked(join(folder, 'run.json'), infoText(info));
  await writeChecked(join(folder, 'result.json'), resultBytes(result));
}
