import { setTimeout as sleep } from 'node:timers/promises';
import { WriteError } from '@spatial-ensemble/files';

/** What becomes of a run whose disk is full: it stops, or waits until somebody has freed some space. */
export const FULL_DISK = ['stop', 'wait'] as const;
export type FullDisk = (typeof FULL_DISK)[number];

/** How a run that waits is accompanied. */
export interface Waiting {
  readonly fullDisk: FullDisk;
  readonly log: (line: string) => void;
  /** Whoever waits stops where a signal comes. */
  readonly signal: AbortSignal;
  /** Milliseconds from one try to the next. */
  readonly everyMs?: number;
}

const EVERY_MS = 30_000;

/**
 * Writes, and where the disk is full and that is what was asked for, waits and writes again. It is said once how much
 * is needed and how much is free.
 *
 * @param title whose file it is.
 * @throws WriteError where it is not to wait, or a signal came; and whatever else `work` throws
 */
export async function withRoom<T>(title: string, waiting: Waiting, work: () => Promise<T>): Promise<T> {
  const { fullDisk, log, signal, everyMs = EVERY_MS } = waiting;
  for (let tries = 0; ; tries++) {
    try {
      const done = await work();
      if (tries > 0) log(`${title}: there is room now; it goes on.`);
      return done;
    } catch (error) {
      const full = error instanceof WriteError && error.isForSpace;
      if (!full || fullDisk === 'stop' || signal.aborted) throw error;
      if (tries === 0) log(`${title} waits: ${error.message} It tries every ${everyMs / 1000} s; Ctrl-C leaves it.`);
      await sleep(everyMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
