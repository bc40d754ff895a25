import { closeSync, fstatSync, ftruncateSync, openSync, readFileSync, rmSync, statSync } from 'node:fs';
import { writeAt, WriteError } from '@spatial-ensemble/files';
import { Claimed } from './claimed.ts';
// @ts-expect-error: the library has no types
import * as extensions from 'fs-native-extensions';

/** Locks an open file as a whole for this process; false where another one holds it. */
const tryLock = extensions.tryLock as (descriptor: number) => boolean;

/**
 * Claims by a lock of the system's on a file, which says who holds it. The system gives the lock up with the process,
 * however that ends.
 *
 * @returns what gives the claim up; it never throws, so that it hides no error.
 * @throws Claimed; WriteError
 */
export function claimByLock(file: string): () => void {
  const descriptor = locked(file);
  const giveUp = (): void => {
    try {
      rmSync(file, { force: true });
    } catch {
      // A file that nobody locks is no claim.
    }
    closeQuietly(descriptor);
  };
  try {
    ftruncateSync(descriptor, 0);
    writeAt(descriptor, file, Buffer.from(String(process.pid)), 0);
  } catch (error) {
    giveUp();
    throw error;
  }
  return giveUp;
}

function closeQuietly(descriptor: number): void {
  try {
    closeSync(descriptor);
  } catch {
    // Closed in any case.
  }
}

/** Opens the file and locks it; once more where whoever held it has just removed it. */
function locked(file: string): number {
  const descriptor = opened(file);
  if (!tryLock(descriptor)) {
    // Its own descriptor: the file of that name may be gone, or another process's, by now.
    const holder = readFileSync(descriptor, 'utf8');
    closeSync(descriptor);
    // The process that holds it may not have written its number yet.
    throw new Claimed(/^\d+$/.test(holder) ? holder : undefined);
  }
  if (statSync(file, { throwIfNoEntry: false })?.ino === fstatSync(descriptor).ino) return descriptor;
  closeSync(descriptor);
  return locked(file);
}

function opened(file: string): number {
  try {
    return openSync(file, 'a+');
  } catch (error) {
    throw new WriteError(file, undefined, error);
  }
}
