import { spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  rmSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system of its own, of a few hundred kilobytes to a few megabytes. */
export interface SmallDisk {
  /** Empty, but for what the file system itself puts there. */
  readonly folder: string;
  /** Writes a file that leaves about so many bytes; on tmpfs exactly, in whole pages of 4 KiB. */
  fill(file: string, left: number): void;
  remove(): void;
}

/** A kind of file system, and the least that it takes. */
export type DiskKind = keyof typeof LEAST;

const LEAST = { tmpfs: 0, ext4: 3_000_000, xfs: 20_000_000 } as const;

/** Without what a few megabytes have no room for; the second is refused by name where it is not known. */
const MAKE = {
  ext4: ['mkfs.ext4', '-q', '-m', '0'],
  xfs: ['mkfs.xfs', '-q', '--unsupported', '-l', 'size=6m'],
} as const;

/**
 * Mounts a small file system, which takes root on Linux: in memory, or in a file that lies there.
 *
 * @param bytes its size; more where that kind takes more
 * @returns why it cannot be had here, in place of it
 */
export function smallDisk(bytes: number, kind: DiskKind = 'tmpfs'): SmallDisk | string {
  // In memory where there is such a place: a mounted file is synced at each step.
  const place = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'small-disk-'));
  const refuse = (why: string): string => {
    rmSync(place, { recursive: true });
    return `no small ${kind} can be mounted here: ${why}`;
  };
  const folder = join(place, 'disk');
  const image = join(place, 'image');
  const size = Math.max(bytes, LEAST[kind]);
  const commands: string[][] = [['mkdir', folder]];
  if (kind === 'tmpfs') commands.push(['mount', '-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder]);
  else {
    closeSync(openSync(image, 'w'));
    truncateSync(image, size);
    commands.push([...MAKE[kind], image], ['mount', '-o', 'loop', image, folder]);
  }
  for (const [program, ...args] of commands) {
    const { status, stderr, error } = spawnSync(program!, args, { encoding: 'utf8' });
    if (status !== 0) return refuse(error?.message ?? stderr.trim());
  }
  return {
    folder,
    fill: (file, left) => fill(join(folder, file), left),
    remove() {
      spawnSync('umount', [folder]);
      rmSync(place, { recursive: true });
    },
  };
}

/** Writes until there is no room, and gives some of it back. */
function fill(path: string, left: number): void {
  const file = openSync(path, 'w');
  for (let piece = 1 << 20; piece >= 512;) {
    try {
      if (writeSync(file, Buffer.alloc(piece)) < piece) piece /= 2;
    } catch {
      piece /= 2;
    }
  }
  // What is on disk for good, so that room that was only set aside is known.
  fsyncSync(file);
  ftruncateSync(file, Math.max(0, fstatSync(file).size - left));
  fsyncSync(file);
  closeSync(file);
}
