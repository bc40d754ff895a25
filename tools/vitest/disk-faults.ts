import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What can be made to fail; `disk-faults.c` says how. */
export type FaultKind = (typeof FAULT_KINDS | typeof READ_FAULTS)[number] | 'KILL';

/** Of calls that change files. */
export const FAULT_KINDS = ['ENOSPC', 'EDQUOT', 'EIO', 'SHORT', 'BIT'] as const;

/** Of calls that read them. */
export const READ_FAULTS = ['READ_EIO', 'READ_SHORT', 'READ_END', 'GONE'] as const;

/** The library that makes calls of the system fail. */
export interface FaultLibrary {
  /** For a program that is to be run with it. */
  readonly environment: NodeJS.ProcessEnv;
  remove(): void;
}

/**
 * Compiles the library, which takes a C compiler on Linux.
 *
 * @returns why it cannot be had here, in place of it
 */
export function faultLibrary(): FaultLibrary | string {
  if (process.platform !== 'linux') return 'errors of the disk can be made on Linux only';
  const place = mkdtempSync(join(tmpdir(), 'disk-faults-'));
  const library = join(place, 'disk-faults.so');
  const source = join(import.meta.dirname, 'disk-faults.c');
  const { status, stderr, error } = spawnSync('cc', ['-shared', '-fPIC', '-O1', '-o', library, source, '-ldl'], {
    encoding: 'utf8',
  });
  if (status !== 0) {
    rmSync(place, { recursive: true });
    return `errors of the disk cannot be made here: ${error?.message ?? stderr.trim()}`;
  }
  return {
    environment: { ...process.env, LD_PRELOAD: library },
    remove: () => rmSync(place, { recursive: true, force: true }),
  };
}

/** The variables by which a process has a fault from its beginning. */
export function faultsIn(folder: string, kind: FaultKind, at: number): { readonly DISK_FAULT: string } {
  return { DISK_FAULT: `${kind}:${at}:${folder}` };
}

/** What became of work with a fault in it. */
export interface Faulty {
  /** The call that failed; undefined where the work made fewer calls. */
  readonly hit: string | undefined;
  readonly error: unknown;
}

/** Does work in this process, which was started with the library, while one of its calls fails. */
export async function withFault(
  folder: string,
  kind: FaultKind,
  at: number,
  work: () => Promise<unknown>,
): Promise<Faulty> {
  delete process.env['DISK_FAULT_HIT'];
  Object.assign(process.env, faultsIn(folder, kind, at));
  let error: unknown;
  try {
    await work();
  } catch (thrown) {
    error = thrown;
  } finally {
    delete process.env['DISK_FAULT'];
  }
  return { hit: process.env['DISK_FAULT_HIT'], error };
}
