import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UnusableRun } from '@spatial-ensemble/record';
import { CheckpointManifest, isKept, MANIFEST, stepOf, wholeCheckpoints } from './checkpoint.ts';
import { readSealed, readStored } from './read-stored.ts';
import { readTensors } from './tensor-files.ts';

/** A checkpoint, by its folder. */
export interface CheckpointFolder {
  /** Updates done. */
  readonly step: number;
  readonly path: string;
  /** Whether it was asked to stay. */
  readonly kept: boolean;
}

/** The checkpoints in a folder, the newest first. Nothing of them is read. */
export async function checkpointsIn(folder: string): Promise<CheckpointFolder[]> {
  const names = await wholeCheckpoints(folder);
  return names.map((name) => ({ step: stepOf(name)!, path: join(folder, name), kept: isKept(name) }));
}

/** Whose the checkpoints are by the word of the newest that says so, be it damaged; undefined where none does. */
export async function identityOfCheckpoints(folder: string): Promise<string | undefined> {
  for (const manifest of await manifestsIn(folder)) {
    const said = await readStored(manifest, (value) => (value as { readonly identity?: unknown }).identity).catch(
      () => undefined,
    );
    if (typeof said === 'string') return said;
  }
  return undefined;
}

/** The files that say what the checkpoints of a run are, the newest first. */
export async function manifestsIn(folder: string): Promise<string[]> {
  return (await wholeCheckpoints(folder)).map((name) => join(folder, name, MANIFEST));
}

/**
 * Reads every checkpoint of a run, tensors too. Whoever trains the run may remove one meanwhile, which is none then.
 *
 * @param check refuses one by an UnusableRun, for what else belongs to it.
 * @returns how many are whole, and what is wrong with the others.
 */
export async function checkCheckpoints(
  folder: string,
  identity: string,
  check: (manifest: CheckpointManifest) => Promise<void>,
): Promise<{ readonly whole: number; readonly problems: readonly string[] }> {
  const problems: string[] = [];
  let whole = 0;
  const all = await wholeCheckpoints(folder);
  for (const name of all) {
    const place = join(folder, name);
    try {
      const manifest = await readSealed(join(place, MANIFEST), CheckpointManifest, identity);
      await check(manifest);
      await readTensors(place, manifest.files);
      whole += 1;
    } catch (error) {
      if (await isRemoved(join(place, MANIFEST))) continue;
      if (!(error instanceof UnusableRun)) throw error;
      problems.push(error.message);
    }
  }
  return { whole, problems };
}

/** Whether a checkpoint goes or is gone: its files are removed one after the other, the manifest at any time. */
async function isRemoved(manifest: string): Promise<boolean> {
  for (let looks = 0; looks < 5 && existsSync(manifest); looks++) await sleep(20);
  return !existsSync(manifest);
}
