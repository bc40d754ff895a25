import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system of its own, of a few hundred kilobytes. */
export interface SmallDisk {
  /** An empty folder. */
  readonly folder: string;
  /** Writes a file that leaves so many bytes, in whole pages of 4 KiB. */
  fill(file: string, left: number): void;
  remove(): void;
}

const PAGE = 4096;

/**
 * Mounts a small file system in memory, which takes root on Linux.
 *
 * @param bytes its size
 * @returns why it cannot be had here, in place of it
 */
export function smallDisk(bytes: number): SmallDisk | string {
  const folder = mkdtempSync(join(tmpdir(), 'small-disk-'));
  const { status, stderr, error } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', folder], {
    encoding: 'utf8',
  });
  if (status !== 0) {
    rmdirSync(folder);
    return `no small file system can be mounted here: ${error?.message ?? stderr.trim()}`;
  }
  return {
    folder,
    fill(file, left) {
      const { bavail, bsize } = statfsSync(folder);
      writeFileSync(join(folder, file), Buffer.alloc(bavail * bsize - Math.ceil(left / PAGE) * PAGE));
    },
    remove() {
      spawnSync('umount', [folder]);
      rmdirSync(folder);
    },
  };
}
