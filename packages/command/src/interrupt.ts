/** What Ctrl-C means to a shell. */
export const INTERRUPTED = 130;

/** Ctrl-C, and what a terminal or Nx sends in its place. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** One press may arrive twice, from the terminal and from the parent that passes it on. */
const SAME_PRESS_MS = 500;

/** Whether the user wants to stop, asked at the end of each step. */
export interface Interrupt {
  requested(): boolean;
  /** While `work` goes on, a signal is a request, and a second one ends the process at once. Otherwise it does so anyway. */
  during<T>(work: () => Promise<T>): Promise<T>;
}

/** Watches for Ctrl-C. */
export function watchInterrupt(log: (line: string) => void): Interrupt {
  let pressedAt: number | undefined;
  const onSignal = (): void => {
    const now = performance.now();
    if (pressedAt !== undefined && now - pressedAt > SAME_PRESS_MS) process.exit(INTERRUPTED);
    if (pressedAt === undefined)
      log(
        '\nSaving after this step; press Ctrl-C again to stop at once, which loses the steps since the last checkpoint.',
      );
    pressedAt ??= now;
  };
  return {
    requested: () => pressedAt !== undefined,
    async during(work) {
      for (const signal of SIGNALS) process.on(signal, onSignal);
      try {
        return await work();
      } finally {
        for (const signal of SIGNALS) process.off(signal, onSignal);
      }
    },
  };
}
