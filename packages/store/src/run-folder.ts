import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parse, Result, resultBytes, RunInfo, shortIdentity, type RunSpec } from '@spatial-ensemble/record';
import { writeFinal } from '@spatial-ensemble/files';
import { readStored } from './read-stored.ts';

/** The folder of a run in a store, whoever asks for it: `runs/fixmatch/0123456789ab`. */
export function runFolder(runs: string, { method }: Pick<RunSpec, 'method'>, identity: string): string {
  return join(runs, method.name, shortIdentity(identity));
}

/** The folder of a study in a store, which holds its plan: `runs/quickstart`. */
export function studyFolder(runs: string, study: string): string {
  return join(runs, study);
}

/** The result in a run's folder, if it is there and complete. */
export async function finishedResult(folder: string): Promise<Result | undefined> {
  const path = join(folder, 'result.json');
  if (!existsSync(path)) return undefined;
  const result = await readStored(path, (value) => parse(Result, value, path));
  return result.status === 'complete' ? result : undefined;
}

/** Wall time of the run's earlier sittings, in seconds. */
export async function secondsSoFar(folder: string): Promise<number> {
  const path = join(folder, 'run.json');
  if (!existsSync(path)) return 0;
  return (await readStored(path, (value) => parse(RunInfo, value, path))).seconds;
}

/** Writes a run's result, and beside it what belongs to this execution. */
export async function writeResult(folder: string, result: Result, info: RunInfo): Promise<void> {
  await writeFinal(join(folder, 'run.json'), `${JSON.stringify(info, null, 2)}\n`);
  await writeFinal(join(folder, 'result.json'), resultBytes(result));
}
