import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { isGone, thisOwner } from './owner.ts';

const HEARTBEAT = 5_000;
const POLL = 200;
// Between making the file and writing the owner into it; a process killed there leaves an empty file.
const EMPTY_GRACE = 2_000;

/** The word in a lock file and the milliseconds since it was last touched; `undefined` when there is none. */
async function holder(path: string): Promise<{ owner: string; silence: number } | undefined> {
  try {
    const [owner, { mtimeMs }] = [await readFile(path, 'utf8'), await stat(path)];
    return { owner, silence: Date.now() - mtimeMs };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function tryToMake(path: string, owner: string): Promise<boolean> {
  try {
    await writeFile(path, owner, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Removes a lock whose holder is gone; of several processes that try, the rename lets one do it. */
async function removeStale(path: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
    await rm(aside, { force: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

/**
 * Waits until this process holds a lock, or until `done` says that there is nothing left to do.
 *
 * The lock keeps two processes from fetching the same thing twice; it is not what makes that correct. In a rare race a
 * lock can be taken from a holder that has just taken it over itself; then both fetch, and the rename of a finished
 * folder lets the first win. It is a file with its owner's name, so a holder that was killed is noticed at once.
 *
 * @param onWait called once, with the holder's process id, before waiting for another process.
 * @returns what releases the lock, or `undefined` when `done` became true.
 */
export async function acquire(
  path: string,
  done: () => boolean | Promise<boolean>,
  onWait: (pid: string) => void,
): Promise<(() => Promise<void>) | undefined> {
  const owner = thisOwner();
  let waiting = false;
  while (!(await done())) {
    if (await tryToMake(path, owner)) {
      const heartbeat = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => undefined), HEARTBEAT);
      heartbeat.unref();
      return async () => {
        clearInterval(heartbeat);
        if ((await holder(path))?.owner === owner) await rm(path, { force: true });
      };
    }
    const held = await holder(path);
    if (held === undefined) continue;
    const stale = held.owner === '' ? held.silence > EMPTY_GRACE : isGone(held.owner, held.silence);
    if (stale) {
      await removeStale(path);
      continue;
    }
    if (!waiting) onWait(held.owner.split('-')[1] ?? '?');
    waiting = true;
    await sleep(POLL);
  }
  return undefined;
}
