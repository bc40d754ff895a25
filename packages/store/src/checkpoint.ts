import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, UnusableRun } from '@spatial-ensemble/record';
import { isPartial, writeFinal } from '@spatial-ensemble/files';
import { z } from 'zod';
import { readStored } from './read-stored.ts';
import { decodeSafetensors, encodeSafetensors, type StoredTensors } from './safetensors.ts';

/** `checkpoint.json`: what the tensors beside it are. */
export const CheckpointManifest = z.strictObject({
  format: z.literal('spatial-ensemble/checkpoint-2'),
  /** The run that it belongs to. */
  identity: z.string(),
  /** Updates done. */
  step: z.int().nonnegative(),
  file: z.string().regex(/^step-\d+\.safetensors$/),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Bytes of `metrics.jsonl` that belong to it; what lies behind was written by steps that are run again. */
  metricsBytes: z.int().nonnegative(),
  /** The metrics since the last line that was written, so that the next one is as in an uninterrupted run. */
  window: z.strictObject({
    count: z.int().nonnegative(),
    sums: z.record(z.string(), z.number()),
    counts: z.record(z.string(), z.number()).default({}),
  }),
});
export type CheckpointManifest = z.infer<typeof CheckpointManifest>;

const MANIFEST = 'checkpoint.json';

/** SHA-256 of bytes, in hexadecimal. */
function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * Saves a checkpoint: tensors first, then the manifest that names them, each by fsync and rename, then what it replaces
 * is removed. Killed at any point, or without power, the folder holds the old checkpoint or the new one.
 *
 * @throws WriteError where the disk is full, among others; the old checkpoint is then still there
 */
export async function saveCheckpoint(
  folder: string,
  tensors: StoredTensors,
  about: Omit<CheckpointManifest, 'format' | 'file' | 'sha256'>,
): Promise<CheckpointManifest> {
  await removePartial(folder);
  const bytes = encodeSafetensors(tensors);
  const file = `step-${String(about.step).padStart(9, '0')}.safetensors`;
  const manifest: CheckpointManifest = {
    format: 'spatial-ensemble/checkpoint-2',
    ...about,
    file,
    sha256: sha256(bytes),
  };
  await writeFinal(join(folder, file), bytes);
  await writeFinal(join(folder, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
  for (const name of await readdir(folder)) {
    if (name !== file && name !== MANIFEST) await rm(join(folder, name), { force: true });
  }
  return manifest;
}

/** Removes what a killed process was writing: it would take the place of the new checkpoint on a disk that is nearly full. */
async function removePartial(folder: string): Promise<void> {
  if (!existsSync(folder)) return;
  for (const name of await readdir(folder)) if (isPartial(name)) await rm(join(folder, name), { force: true });
}

/**
 * The last checkpoint in a folder, or undefined where there is none.
 *
 * @throws UnusableRun when it is damaged or belongs to another run.
 */
export async function loadCheckpoint(
  folder: string,
  identity: string,
): Promise<{ manifest: CheckpointManifest; tensors: StoredTensors } | undefined> {
  const path = join(folder, MANIFEST);
  if (!existsSync(path)) return undefined;
  const manifest = await readStored(path, (value) => parse(CheckpointManifest, value, path));
  if (manifest.identity !== identity)
    throw new UnusableRun(`${path} belongs to another run (${manifest.identity.slice(0, 12)}).`);
  const file = join(folder, manifest.file);
  if (!existsSync(file)) throw new UnusableRun(`${file} is missing, and ${MANIFEST} names it.`);
  const bytes = await readFile(file);
  if (sha256(bytes) !== manifest.sha256)
    throw new UnusableRun(`${file} is damaged: its hash is not the one in ${MANIFEST}.`);
  return { manifest, tensors: decodeSafetensors(bytes, file) };
}
