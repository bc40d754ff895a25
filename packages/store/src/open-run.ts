import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { MetricsLine, Window } from '@spatial-ensemble/record';
import { loadCheckpoint, saveCheckpoint } from './checkpoint.ts';
import { MetricsFile } from './metrics-file.ts';
import type { StoredTensors } from './safetensors.ts';

/** The file that holds a run's numbers over time. */
const METRICS_FILE = 'metrics.jsonl';

/** The folder of a run's last checkpoint, in the run's. */
const CHECKPOINT_FOLDER = 'checkpoint';

/** What a run goes on from. */
export interface SavedRun {
  /** Updates done. */
  readonly step: number;
  readonly tensors: StoredTensors;
  readonly window: Window;
  /** SHA-256 of the tensors. */
  readonly weights: string;
  /** The folder of the checkpoint. */
  readonly place: string;
}

/** A run on disk, open for writing. */
export interface OpenRun {
  readonly saved: SavedRun | undefined;
  append(line: MetricsLine): void;
  lines(): readonly MetricsLine[];
  /**
   * @returns SHA-256 of the tensors.
   * @throws WriteError where the disk is full, among others; the old checkpoint is then still there
   */
  save(tensors: StoredTensors, at: { readonly step: number; readonly window: Window }): Promise<string>;
  close(): void;
}

/**
 * The last checkpoint of the run in a folder, or undefined where there is none.
 *
 * @throws UnusableRun when it is damaged or belongs to another run.
 */
export async function savedRun(folder: string, identity: string): Promise<SavedRun | undefined> {
  return (await lastCheckpoint(folder, identity))?.saved;
}

async function lastCheckpoint(
  folder: string,
  identity: string,
): Promise<{ readonly saved: SavedRun; readonly metricsBytes: number } | undefined> {
  const place = join(folder, CHECKPOINT_FOLDER);
  const found = await loadCheckpoint(place, identity);
  if (found === undefined) return undefined;
  const { step, window, sha256, metricsBytes } = found.manifest;
  return { saved: { step, window, weights: sha256, tensors: found.tensors, place }, metricsBytes };
}

/**
 * Opens the run in a folder, which is made where it is not there.
 *
 * @param fresh begin anew, whatever is there.
 * @throws UnusableRun when what is there is damaged or belongs to another run.
 */
export async function openRun(
  folder: string,
  identity: string,
  { fresh = false }: { readonly fresh?: boolean } = {},
): Promise<OpenRun> {
  if (fresh) await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const last = await lastCheckpoint(folder, identity);
  const metrics = new MetricsFile(join(folder, METRICS_FILE), last?.metricsBytes ?? 0);
  return {
    saved: last?.saved,
    append: (line) => metrics.append(line),
    lines: () => metrics.lines(),
    async save(tensors, at) {
      const about = { identity, ...at, metricsBytes: metrics.sync() };
      return (await saveCheckpoint(join(folder, CHECKPOINT_FOLDER), tensors, about)).sha256;
    },
    close: () => metrics.close(),
  };
}
