import { constants } from 'node:os';
import { cameFirst } from './first-line.ts';

/** Ctrl-C, what a terminal that is closed or a system that shuts down sends, and what Slurm sends before time is over. */
export const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR1'] as const;

type Signal = (typeof SIGNALS)[number];

/** One press may arrive twice, from the terminal and from the parent that passes it on. */
const SAME_PRESS_MS = 500;

/** Whether somebody wants the run to stop, asked at the end of each step. */
export interface Interrupt {
  requested(): boolean;
  /** As a shell would call what ended the process: 130 after Ctrl-C; 0 where nothing was requested. */
  exitCode(): number;
  /** Aborted with the request. */
  readonly signal: AbortSignal;
  /** While `work` goes on, a signal is a request, and Ctrl-C after it ends the process at once. Otherwise each does so. */
  during<T>(work: () => Promise<T>): Promise<T>;
  /** A part of such work that Ctrl-C does not end either, however often: what was computed is written. */
  finishing<T>(work: () => Promise<T>): Promise<T>;
}

/**
 * Watches for signals while `work` goes on. SIGUSR1 is a request from the beginning on, the others within `during`.
 */
export async function watchingInterrupt<T>(
  log: (line: string) => void,
  work: (interrupt: Interrupt) => Promise<T>,
): Promise<T> {
  const abort = new AbortController();
  let first: { readonly signal: Signal; readonly at: number } | undefined;
  let finishes = false;
  const request = (signal: Signal): void => {
    const now = performance.now();
    if (first === undefined) {
      first = { signal, at: now };
      abort.abort();
      log(said(signal));
    } else if (signal === 'SIGINT' && now - first.at > SAME_PRESS_MS && !finishes) {
      process.exit(exitCodeOf(signal));
    }
  };
  if (cameFirst()) request('SIGUSR1');
  const others = SIGNALS.filter((signal) => signal !== 'SIGUSR1');
  const interrupt: Interrupt = {
    requested: () => first !== undefined,
    exitCode: () => (first === undefined ? 0 : exitCodeOf(first.signal)),
    signal: abort.signal,
    async during(work) {
      for (const signal of others) process.on(signal, request);
      try {
        return await work();
      } finally {
        for (const signal of others) process.off(signal, request);
      }
    },
    async finishing(work) {
      finishes = true;
      try {
        return await work();
      } finally {
        finishes = false;
      }
    },
  };
  // Without a listener it would open the inspector.
  process.on('SIGUSR1', request);
  try {
    return await work(interrupt);
  } finally {
    process.off('SIGUSR1', request);
  }
}

function exitCodeOf(signal: Signal): number {
  return 128 + constants.signals[signal];
}

function said(signal: Signal): string {
  return signal === 'SIGINT'
    ? '\nSaving after this step; press Ctrl-C again to stop at once, which loses the steps since the last checkpoint.'
    : `\n${signal}: saving after this step.`;
}
