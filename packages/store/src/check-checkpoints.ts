import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UnusableRun } from '@spatial-ensemble/record';
import { CheckpointManifest, MANIFEST, wholeCheckpoints } from './checkpoint.ts';
import { readSealed, readStored } from './read-stored.ts';
import { readTensors } from './tensor-files.ts';

/** The steps after which there is a checkpoint in a folder, the newest first. Nothing of them is read. */
export async function checkpointsIn(folder: string): Promise<number[]> {
  return (await wholeCheckpoints(folder)).map((name) => Number(name.slice('step-'.length)));
}

/** Whose the newest checkpoint is by its own word, be it damaged; undefined where it does not say. */
export async function identityOfCheckpoints(folder: string): Promise<string | undefined> {
  const [newest] = await wholeCheckpoints(folder);
  if (newest === undefined) return undefined;
  const said = await readStored(
    join(folder, newest, MANIFEST),
    (value) => (value as { readonly identity?: unknown }).identity,
  ).catch(() => undefined);
  return typeof said === 'string' ? said : undefined;
}

/**
 * Reads every checkpoint of a run, tensors too.
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
      // Whoever trains the run may have removed it meanwhile.
      if (!existsSync(place)) continue;
      if (!(error instanceof UnusableRun)) throw error;
      problems.push(error.message);
    }
  }
  return { whole, problems };
}
