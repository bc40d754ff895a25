import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * How long the maker of something is believed to be alive when it cannot be asked (it runs on another machine or in
 * another container, with the same cache), counted from the last sign that it gave, in milliseconds.
 */
export const PATIENCE = 120_000;

function read(of: () => string): string {
  try {
    return of();
  } catch {
    return '';
  }
}

/** Everything within which a process id means something: host, boot, and the container's own numbering. */
function machine(): string {
  const boot = read(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'));
  const namespace = read(() => readlinkSync('/proc/self/ns/pid'));
  return createHash('sha256').update([hostname(), boot, namespace].join('\n')).digest('hex').slice(0, 8);
}

/** When a process started, in the kernel's ticks, so that a process id used again is recognised; `0` if unknown. */
function startOf(pid: number): string {
  const stat = read(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  // The second field is the program's name in parentheses, which may hold blanks; the start is field 22.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '0';
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** This process, as a word that can stand in a file name: `machine-pid-start`. */
export function thisOwner(): string {
  return `${machine()}-${process.pid}-${startOf(process.pid)}`;
}

/**
 * Whether the process that `thisOwner` described is gone.
 *
 * @param owner the word; anything else is judged by its age alone.
 * @param silence milliseconds since the owner's last sign of life.
 */
export function isGone(owner: string, silence: number): boolean {
  const [where, pid, started] = owner.split('-');
  if (where !== machine() || pid === undefined || !/^\d+$/.test(pid)) return silence > PATIENCE;
  if (!exists(Number(pid))) return true;
  // Without a start time the process may be another one with a number used again.
  if (started === '0') return silence > PATIENCE;
  return startOf(Number(pid)) !== started;
}
