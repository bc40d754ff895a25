import { existsSync } from 'node:fs';
import { readdir, stat, statfs } from 'node:fs/promises';
import os from 'node:os';
import { dirname, join } from 'node:path';

/**
 * Bytes of memory that this process may hold in all, what it holds already included: what is free (on Linux what the
 * kernel says that it could free), or the limit of its control group, of either version, if that is less. macOS tells
 * only of pages that lie idle, so there it is all the memory of the machine.
 */
export function availableMemory(): number {
  const limit = process.constrainedMemory() || Infinity;
  const free = process.platform === 'linux' ? os.freemem() + process.memoryUsage.rss() : os.totalmem();
  return Math.min(limit, free);
}

/** Bytes that may still be written into a folder, which need not exist yet. */
export async function freeDisk(folder: string): Promise<number> {
  if (!existsSync(folder)) return freeDisk(dirname(folder));
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/** Bytes of the checkpoints in a folder and the folders in it. */
export async function checkpointBytesIn(folder: string): Promise<number> {
  if (!existsSync(folder)) return 0;
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.safetensors'));
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
