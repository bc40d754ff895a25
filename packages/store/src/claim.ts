import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { WriteError } from '@spatial-ensemble/files';
import { claimByHeartbeat } from './claim-by-heartbeat.ts';
import { claimByLock } from './claim-by-lock.ts';
import { isLocal } from './local-file-system.ts';

/**
 * Claims a run for this process, so that two do not write to one folder: a file beside the folder says who trains it.
 * On a disk of this machine it is locked, and free with the process, however that ends. On a network file system, where
 * a lock may succeed and mean nothing, it is written again and again (`claim-by-heartbeat.ts`).
 *
 * @returns what gives the claim up.
 * @throws Claimed, which names the holder, while another process trains the run; WriteError where it cannot be written.
 */
export async function claimRun(folder: string): Promise<() => void> {
  const file = `${folder}.running`;
  const above = dirname(file);
  await mkdir(above, { recursive: true }).catch((error: unknown) => {
    throw new WriteError(file, undefined, error);
  });
  return (await isLocal(above)) ? claimByLock(file) : claimByHeartbeat(file);
}
