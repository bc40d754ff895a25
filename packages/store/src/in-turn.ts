import { setTimeout as sleep } from 'node:timers/promises';
import { claimRun } from './claim.ts';
import { Claimed } from './claimed.ts';

const WAIT_MS = 50;
const TRIES = 600;

/**
 * Does what reads a file of a folder and writes it again while no other process does so.
 *
 * @throws Error where another process is at it for half a minute; WriteError
 */
export async function inTurn<T>(folder: string, work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    const giveUp = await claimRun(folder).catch((error: unknown) => {
      if (!(error instanceof Claimed)) throw error;
      if (tries === TRIES)
        throw new Error(`another process has been writing in ${folder} for half a minute: wait for it, or stop it.`, {
          cause: error,
        });
      return undefined;
    });
    if (giveUp === undefined) {
      await sleep(WAIT_MS);
      continue;
    }
    try {
      return await work();
    } finally {
      giveUp();
    }
  }
}
