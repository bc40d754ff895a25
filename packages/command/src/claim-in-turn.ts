import { setTimeout as sleep } from 'node:timers/promises';
import { Claimed, claimRun } from '@spatial-ensemble/store';
import type { Waiting } from './full-disk.ts';

/** How whoever waits for a run is accompanied. */
type WaitingForRun = Omit<Waiting, 'fullDisk'> & { readonly title: string };

const EVERY_MS = 500;

/** A run that this process has claimed. */
export interface OwnClaim {
  giveUp(): void;
  /** Whether another process had it until now. */
  readonly waited: boolean;
}

/**
 * Claims a run, where that is wanted once the process that trains it is done with it.
 *
 * @param waiting false: it is not waited for.
 * @throws Claimed where another process trains it, or a signal came while it was waited for; WriteError
 */
export async function claimed(folder: string, waiting: WaitingForRun | false): Promise<OwnClaim> {
  for (let waited = false; ; waited = true) {
    try {
      return { giveUp: await claimRun(folder), waited };
    } catch (error) {
      if (!(error instanceof Claimed) || waiting === false || waiting.signal.aborted) throw error;
      const { title, log, signal, everyMs = EVERY_MS } = waiting;
      if (!waited) log(`${title} waits: ${error.message}`);
      await sleep(everyMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
