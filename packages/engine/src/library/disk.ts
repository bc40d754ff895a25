import { statfs } from 'node:fs/promises';
import { CACHE_VARIABLE } from './location.ts';
import { BY_HAND, LibraryError } from './errors.ts';
import { formatBytes, unpackedBytes, type PinnedWheel } from './wheel.ts';

/** Bytes that this user may still write to the disk that holds a directory. */
export async function freeBytes(directory: string): Promise<number> {
  const { bavail, bsize } = await statfs(directory);
  return bavail * bsize;
}

// What the file system itself takes for its books, and a little air.
const MARGIN = 1.02;

/**
 * Bytes that fetching some wheels takes at its worst: one is unpacked and deleted before the next is fetched, so the
 * unpacked files of all that came before count, and the wheel in hand with its own files.
 */
export function neededBytes(wheels: readonly PinnedWheel[]): number {
  let unpacked = 0;
  let peak = 0;
  for (const wheel of wheels) {
    unpacked += unpackedBytes(wheel);
    peak = Math.max(peak, unpacked + wheel.bytes);
  }
  return Math.ceil(Math.max(peak, unpacked) * MARGIN);
}

/** @throws LibraryError (`disk-space`) when a directory's disk has too little room for fetching some wheels. */
export async function checkSpace(
  directory: string,
  wheels: readonly PinnedWheel[],
  free: (directory: string) => Promise<number>,
): Promise<void> {
  const needed = neededBytes(wheels);
  const available = await free(directory);
  if (available >= needed) return;
  throw new LibraryError(
    'disk-space',
    `fetching TensorFlow needs ${formatBytes(needed)} in ${directory}, where ${formatBytes(available)} are free. Free ${formatBytes(needed - available)}, ` +
      `or put the cache on another disk: ${CACHE_VARIABLE}=/path/to/directory. ${BY_HAND}`,
  );
}
