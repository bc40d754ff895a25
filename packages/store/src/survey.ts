import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { isPartial } from '@spatial-ensemble/files';
import { Result, RunInfo, type StoredResult, unsealed } from '@spatial-ensemble/record';
import { isBegunAnew } from './begun-anew.ts';
import { type CheckpointFolder, checkpointsIn } from './check-checkpoints.ts';
import { claimHolder } from './claim-holder.ts';
import { CHECKPOINT_FOLDER } from './open-run.ts';
import { readStored } from './read-stored.ts';

/** A run as it lies in a store. */
export interface RunOnDisk {
  readonly folder: string;
  readonly method: string;
  /** The first 12 digits of its identity. */
  readonly short: string;
  /** `begun`: there is no result yet; `damaged`: a file is not as it was written. */
  readonly state: 'complete' | 'partial' | 'begun' | 'damaged';
  /** What is wrong with it. */
  readonly problem: string | undefined;
  /** The process that trains it now. */
  readonly process: number | undefined;
  /** The machine of that process, where it is another one. */
  readonly host: string | undefined;
  readonly stored: StoredResult | undefined;
  /** The newest first. */
  readonly checkpoints: readonly (CheckpointFolder & { readonly bytes: number })[];
  readonly bytes: number;
  readonly checkpointBytes: number;
  /** Whether it is being trained once more, beside what it came to before. */
  readonly begunAnew: boolean;
  /** Half-written files: what killed processes left behind, or what one is writing now. */
  readonly leftovers: readonly string[];
  readonly leftoverBytes: number;
  /** When a file of it was last written; undefined where there is none. */
  readonly modified: Date | undefined;
}

/**
 * The runs of a store, in the order of their folders. What is damaged is among them, and says why.
 *
 * @param now tells a claim of another machine that is still written from one that was left.
 */
export async function surveyRuns(store: string, now: Date): Promise<RunOnDisk[]> {
  const runs: RunOnDisk[] = [];
  for (const method of await foldersIn(store))
    for (const name of await foldersIn(join(store, method)))
      if (/^[0-9a-f]{12}$/.test(name)) runs.push(await surveyRun(join(store, method, name), method, name, now));
  return runs;
}

async function surveyRun(folder: string, method: string, short: string, now: Date): Promise<RunOnDisk> {
  const all = await filesBelow(folder);
  const anew = await filesBelow(`${folder}.anew`);
  const partial = all.filter(({ path }) => path.split('/').some(isPartial));
  const below = (place: string): FileOnDisk[] => all.filter(({ path }) => path.startsWith(`${place}${sep}`));
  const checkpoints = await checkpointsIn(join(folder, CHECKPOINT_FOLDER));
  const read = await readRun(folder);
  const holder = await claimHolder(folder, now);
  return {
    folder,
    method,
    short,
    ...read,
    process: holder?.pid,
    host: holder?.host,
    checkpoints: checkpoints.map((one) => ({ ...one, bytes: sum(below(one.path)) })),
    bytes: sum([...all, ...anew]),
    checkpointBytes: sum(below(join(folder, CHECKPOINT_FOLDER))),
    begunAnew: isBegunAnew(folder),
    leftovers: partial.map(({ path }) => path),
    leftoverBytes: sum(partial),
    modified: latest([...all, ...anew]),
  };
}

async function readRun(folder: string): Promise<Pick<RunOnDisk, 'state' | 'problem' | 'stored'>> {
  const file = join(folder, 'result.json');
  const beside = join(folder, 'run.json');
  if (!existsSync(file)) return { state: 'begun', problem: undefined, stored: undefined };
  try {
    const result = await readStored(file, (value) => unsealed(Result, value, file));
    const info = existsSync(beside) ? await readStored(beside, (value) => unsealed(RunInfo, value, beside)) : undefined;
    return { state: result.status, problem: undefined, stored: { result, file, ...(info && { info }) } };
  } catch (error) {
    return { state: 'damaged', problem: (error as Error).message, stored: undefined };
  }
}

interface FileOnDisk {
  readonly path: string;
  readonly bytes: number;
  readonly modified: Date;
}

async function filesBelow(folder: string): Promise<FileOnDisk[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(absent);
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const found = await Promise.all(
    files.map(async (path) => {
      // A run that is being trained replaces its files meanwhile.
      const known = await stat(path).catch(() => undefined);
      return known === undefined ? [] : [{ path, bytes: known.size, modified: known.mtime }];
    }),
  );
  return found.flat().toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(absent);
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .toSorted();
}

function absent(error: NodeJS.ErrnoException): [] {
  if (error.code === 'ENOENT') return [];
  throw error;
}

function latest(files: readonly FileOnDisk[]): Date | undefined {
  return files.map(({ modified }) => modified).toSorted((a, b) => b.getTime() - a.getTime())[0];
}

function sum(files: readonly FileOnDisk[]): number {
  return files.reduce((bytes, file) => bytes + file.bytes, 0);
}
