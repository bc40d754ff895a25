import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { open, readdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { WriteError } from '@spatial-ensemble/files';
import { Claimed } from './claimed.ts';
import { isAlive } from './is-alive.ts';

/** How often a claim says that it lives, and how long it may be silent. */
interface Beat {
  readonly everyMs: number;
  readonly silentMs: number;
}

export const BEAT: Beat = { everyMs: 10_000, silentMs: 120_000 };

/** What a claim begins with that was given up; what it said before may stand behind it. */
const GIVEN_UP = 'given up\n';

/**
 * Claims by files that are numbered, `….running.1`, `….running.2`: whoever made the last one has the run, as long as
 * what it says changes. Only one process can make a file of a number that is not there yet, so no takeover is a race;
 * clocks of two machines are never compared. A process that was stopped for longer than a claim may be silent, and goes
 * on then, is not kept out.
 *
 * The last file stays when the claim is given up, and says so.
 *
 * @returns what gives the claim up. Neither it nor a beat throws, also where the folder is gone.
 * @throws Claimed; WriteError
 */
export async function claimByHeartbeat(file: string, beat = BEAT): Promise<() => void> {
  const last = (await claimNumbers(file)).at(-1) ?? 0;
  if (last > 0) await refuseLiving(`${file}.${last}`, beat);
  const own = `${file}.${last + 1}`;
  await make(own);
  const now = await claimNumbers(file);
  if (now.at(-1) !== last + 1) {
    await rm(own, { force: true });
    throw new Claimed();
  }
  for (const number of now.slice(0, -1)) await rm(`${file}.${number}`, { force: true });
  let beats = 0;
  const timer = setInterval(() => writeQuietly(own, says(++beats)), beat.everyMs).unref();
  return () => {
    clearInterval(timer);
    writeQuietly(own, GIVEN_UP);
  };
}

/** The numbers of the claims that are there, the last one last. */
export async function claimNumbers(file: string): Promise<number[]> {
  const start = `${basename(file)}.`;
  return (await readdir(dirname(file)))
    .filter((name) => name.startsWith(start) && /^\d+$/.test(name.slice(start.length)))
    .map((name) => Number(name.slice(start.length)))
    .toSorted((a, b) => a - b);
}

async function make(path: string): Promise<void> {
  try {
    const file = await open(path, 'wx');
    await file.writeFile(says(0)).finally(() => file.close());
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw new Claimed();
    throw new WriteError(path, undefined, error);
  }
}

function says(beats: number): string {
  return `${JSON.stringify({ host: hostname(), pid: process.pid, beats })}\n`;
}

/** @throws Error where whoever made a claim lives: what it says changes within the time that it may be silent. */
async function refuseLiving(path: string, { everyMs, silentMs }: Beat): Promise<void> {
  const before = said(path);
  if (before.startsWith(GIVEN_UP) || isGone(before)) return;
  for (let waited = 0; waited < silentMs; waited += everyMs / 2) {
    await sleep(everyMs / 2);
    const now = said(path);
    if (now.startsWith(GIVEN_UP)) return;
    if (now !== before) throw new Claimed(holder(now));
  }
}

/** Where it cannot be read it was given up, and its successor removed it: making the next number tells. */
function said(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : GIVEN_UP;
}

function holder(text: string): string {
  const { host, pid } = parsedClaim(text);
  return `${pid} on ${host}`;
}

/** Whether it was a process of this machine that is no more: then nobody need wait. */
function isGone(text: string): boolean {
  const { host, pid } = parsedClaim(text);
  return host === hostname() && typeof pid === 'number' && !isAlive(pid);
}

/** Who made a claim, by what it says; nothing of one that was given up. */
export function parsedClaim(text: string): { readonly host?: unknown; readonly pid?: unknown } {
  try {
    return (JSON.parse(text) ?? {}) as { readonly host?: unknown; readonly pid?: unknown };
  } catch {
    // Given up, or being written just now.
    return {};
  }
}

function writeQuietly(path: string, text: string): void {
  try {
    // Never makes the file: where it is gone, the run's folder was removed.
    writeFileSync(path, text, { flag: 'r+' });
  } catch {
    // The next beat may come through; training goes on in any case.
  }
}
