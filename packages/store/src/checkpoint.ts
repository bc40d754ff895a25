import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sealed, UnusableRun } from '@spatial-ensemble/record';
import { isPartial, writeChecked, WriteError } from '@spatial-ensemble/files';
import { z } from 'zod';
import { MetricsMark } from './metrics-file.ts';
import { readSealed } from './read-stored.ts';
import type { StoredTensors } from './safetensors-header.ts';
import { readTensors, TensorFile, writeTensors } from './tensor-files.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** `checkpoint.json`: what the tensors beside it are. It is written last: where it is, the checkpoint is whole. */
export const CheckpointManifest = z.strictObject({
  format: z.literal('spatial-ensemble/checkpoint-3'),
  /** The run that it belongs to. */
  identity: z.string(),
  /** Updates done. */
  step: z.int().nonnegative(),
  files: z.array(TensorFile).min(1),
  /** SHA-256 of the tensors as one safetensors file. */
  weights: sha256,
  /** What of `metrics.jsonl` belongs to it; what lies behind was written by steps that are run again. */
  metrics: MetricsMark,
  /**
   * What took its steps: since which, and the hash of the step's graph; absent in checkpoints from before it was
   * recorded.
   */
  code: z.array(z.strictObject({ since: z.int().nonnegative(), graph: sha256 })).optional(),
  /** The metrics since the last line that was written, so that the next one is as in an uninterrupted run. */
  window: z.strictObject({
    count: z.int().nonnegative(),
    sums: z.record(z.string(), z.number()),
    counts: z.record(z.string(), z.number()),
  }),
});
export type CheckpointManifest = z.infer<typeof CheckpointManifest>;

/** What is known of a checkpoint beside its tensors. */
export type AboutCheckpoint = Omit<CheckpointManifest, 'format' | 'files' | 'weights'>;

export const MANIFEST = 'checkpoint.json';

/** So many stay: one that turns out to be damaged has another before it. */
const LAST = 2;

/** How a checkpoint is saved. */
export interface SaveOptions {
  /** It stays for good, beside the last ones. */
  readonly kept?: boolean | undefined;
  /** Tensors are divided into files of about this size. */
  readonly fileBytes?: number;
}

/**
 * Saves a checkpoint in a folder of its own: tensors, then the manifest, each synced and read again, then what is older
 * than the one before it is removed. Killed at any point, or without power, those of before are there. Where there is no
 * room for a third, the older of two is removed first.
 *
 * @param folder of the run's checkpoints
 * @throws WriteError where the disk is full, among others; the newest of before is then still there
 */
export async function saveCheckpoint(
  folder: string,
  tensors: StoredTensors,
  about: AboutCheckpoint,
  options: SaveOptions = {},
): Promise<CheckpointManifest> {
  // What is later belongs to steps that are run again, since it turned out to be damaged.
  await clean(folder, LAST, about.step);
  try {
    return await save(folder, tensors, about, options);
  } catch (error) {
    if (!(error instanceof WriteError && error.isForSpace)) throw error;
    // What was begun is in the way too.
    await clean(folder, 1);
    return await save(folder, tensors, about, options);
  } finally {
    await clean(folder, LAST);
  }
}

async function save(
  folder: string,
  tensors: StoredTensors,
  about: AboutCheckpoint,
  { kept = false, fileBytes }: SaveOptions,
): Promise<CheckpointManifest> {
  const place = join(folder, nameOf(about.step, kept));
  const written = await writeTensors(place, tensors, fileBytes);
  const manifest: CheckpointManifest = { format: 'spatial-ensemble/checkpoint-3', ...about, ...written };
  await writeChecked(join(place, MANIFEST), `${JSON.stringify(sealed(manifest), null, 2)}\n`);
  return manifest;
}

/** A checkpoint that was read, and what was found on the way to it. */
export interface LoadedCheckpoint {
  readonly manifest: CheckpointManifest;
  readonly tensors: StoredTensors;
  readonly place: string;
  /** What is wrong with each newer one: this one is gone on from in their place. */
  readonly damaged: readonly string[];
}

/** Which checkpoint is asked for. */
export interface LoadOptions {
  /** Refuses one by an UnusableRun, for what else belongs to it. */
  check?(manifest: CheckpointManifest): Promise<void>;
  /** That after this step; undefined: the last. */
  readonly only?: number;
}

/**
 * The last checkpoint in a folder that is whole, or undefined where there is none.
 *
 * @throws UnusableRun when there are some, and each is damaged or belongs to another run.
 */
export async function loadCheckpoint(
  folder: string,
  identity: string,
  { check, only }: LoadOptions = {},
): Promise<LoadedCheckpoint | undefined> {
  await refuseOlder(folder, identity);
  const damaged: string[] = [];
  for (const name of await wholeCheckpoints(folder)) {
    if (only !== undefined && stepOf(name) !== only) continue;
    const place = join(folder, name);
    const path = join(place, MANIFEST);
    try {
      const manifest = await readSealed(path, CheckpointManifest, identity);
      await check?.(manifest);
      return { manifest, tensors: await readTensors(place, manifest.files), place, damaged };
    } catch (error) {
      if (!(error instanceof UnusableRun)) throw error;
      damaged.push(error.message);
    }
  }
  if (damaged.length > 0) throw new UnusableRun(damaged.join('\n'));
  return undefined;
}

/** Until format 2 the manifest lay in the folder itself. */
async function refuseOlder(folder: string, identity: string): Promise<void> {
  const path = join(folder, MANIFEST);
  if (existsSync(path)) await readSealed(path, CheckpointManifest, identity);
}

/** `step-000001000`; `kept-000001000` for one that stays. */
function nameOf(step: number, kept: boolean): string {
  return `${kept ? 'kept' : 'step'}-${String(step).padStart(9, '0')}`;
}

const NAME = /^(?:step|kept)-(\d+)$/;

/** The step after which a checkpoint was saved, by the name of its folder; undefined of another name. */
export function stepOf(name: string): number | undefined {
  const digits = NAME.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** Whether a checkpoint was asked to stay, by the name of its folder. */
export function isKept(name: string): boolean {
  return name.startsWith('kept-');
}

/** The folders of checkpoints that have their manifest, the newest first. */
export async function wholeCheckpoints(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names
    .filter((name) => stepOf(name) !== undefined && existsSync(join(folder, name, MANIFEST)))
    .toSorted((a, b) => stepOf(b)! - stepOf(a)! || (a < b ? -1 : 1));
}

/**
 * Removes all but the newest and those that were asked to stay: also what a killed process was writing, which would take
 * the place of the next one on a disk that is nearly full. What cannot be removed stays for the next time.
 *
 * @param last and those of later steps.
 */
async function clean(folder: string, newest: number, last = Infinity): Promise<void> {
  const whole = await wholeCheckpoints(folder).catch(() => undefined);
  if (whole === undefined) return;
  const valid = whole.filter((name) => stepOf(name)! <= last);
  const stay = new Set([...valid.slice(0, newest), ...whole.filter(isKept)]);
  const names = await readdir(folder).catch(() => []);
  for (const name of names)
    if (!stay.has(name) && (stepOf(name) !== undefined || isPartial(name)))
      await rm(join(folder, name), { recursive: true, force: true }).catch(() => undefined);
}
