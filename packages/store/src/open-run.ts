import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isPartial } from '@spatial-ensemble/files';
import { UnusableRun, type MetricsLine, type Window } from '@spatial-ensemble/record';
import { type CheckpointManifest, loadCheckpoint, saveCheckpoint, type LoadedCheckpoint } from './checkpoint.ts';
import { checkMark, linesOf, MetricsFile } from './metrics-file.ts';
import type { StoredTensors } from './safetensors-header.ts';

/** The file that holds a run's numbers over time. */
export const METRICS_FILE = 'metrics.jsonl';

/** The folder of a run's last checkpoints, in the run's. */
export const CHECKPOINT_FOLDER = 'checkpoint';

/** What a run goes on from. */
export interface SavedRun {
  /** Updates done. */
  readonly step: number;
  readonly tensors: StoredTensors;
  readonly window: Window;
  /** What took its steps: since which, and the hash of the step's graph; empty where that was not recorded. */
  readonly code: NonNullable<CheckpointManifest['code']>;
  /** SHA-256 of the tensors. */
  readonly weights: string;
  /** The folder of the checkpoint. */
  readonly place: string;
}

/** Where a run is when it is saved. */
interface SavedAt extends Pick<SavedRun, 'step' | 'window'> {
  readonly code?: readonly SavedRun['code'][number][];
  readonly kept?: boolean;
}

/** A run on disk, open for writing. */
export interface OpenRun {
  readonly saved: SavedRun | undefined;
  /** What is wrong with each checkpoint that is newer than what the run goes on from. */
  readonly damaged: readonly string[];
  append(line: MetricsLine): void;
  lines(): readonly MetricsLine[];
  /**
   * @param at `kept`: it stays beside what is saved later.
   * @returns SHA-256 of the tensors.
   * @throws WriteError where the disk is full, among others; the old checkpoint is then still there
   */
  save(tensors: StoredTensors, at: SavedAt): Promise<string>;
}

/**
 * The last checkpoint of the run in a folder, or undefined where there is none.
 *
 * @throws UnusableRun when it is damaged or belongs to another run.
 */
export async function savedRun(folder: string, identity: string): Promise<SavedRun | undefined> {
  const last = await loadCheckpoint(join(folder, CHECKPOINT_FOLDER), identity);
  if (last === undefined) return undefined;
  if (last.damaged.length > 0) throw new UnusableRun(last.damaged.join('\n'));
  return savedOf(last);
}

/** What a run goes on from, by its checkpoint. */
export function savedOf({
  manifest: { step, window, code = [], weights },
  tensors,
  place,
}: LoadedCheckpoint): SavedRun {
  return { step, window, code, weights, tensors, place };
}

/**
 * Opens the run in a folder, which is made where it is not there. It goes on from its last checkpoint that is whole.
 *
 * @throws UnusableRun when what is there is damaged or belongs to another run.
 */
export async function openRun(folder: string, identity: string): Promise<OpenRun> {
  await mkdir(folder, { recursive: true });
  await removePartial(folder);
  const path = join(folder, METRICS_FILE);
  const checkpoints = join(folder, CHECKPOINT_FOLDER);
  const last = await loadCheckpoint(checkpoints, identity, { check: ({ metrics }) => checkMark(path, metrics) });
  const metrics = await MetricsFile.open(path, last?.manifest.metrics);
  return {
    saved: last && savedOf(last),
    damaged: last?.damaged ?? [],
    append: (line) => metrics.append(line),
    lines: () => metrics.lines(),
    async save(tensors, { step, window, code = [], kept }) {
      const about = { identity, step, window, code: [...code], metrics: await metrics.save() };
      return (await saveCheckpoint(checkpoints, tensors, about, { kept })).weights;
    },
  };
}

/** The numbers over time of the run in a folder, as they are now; none where there is no file of them. */
export async function linesIn(folder: string): Promise<MetricsLine[]> {
  return linesOf(join(folder, METRICS_FILE));
}

/** Removes what a process was writing that was killed; whoever opens the run has claimed it. */
async function removePartial(folder: string): Promise<void> {
  for (const name of await readdir(folder)) if (isPartial(name)) await rm(join(folder, name), { force: true });
}
