import type { Machine } from '../src/machine.ts';
import type { Session } from '../src/session.ts';

/** One core's worth of the CPU: no threads but this one load images. */
export const CPU: Machine = { device: 'cpu', precision: 'float32', xla: false, deterministic: true, workers: 0 };

/** A session that keeps what is said, shows nothing and is not interrupted. */
export function quietly(runs: string, said: string[] = []): Session {
  const nothing = (): void => undefined;
  return {
    runs,
    command: 'run',
    fresh: false,
    force: false,
    maxHours: 12,
    fullDisk: 'stop',
    log: (line) => said.push(line),
    displays: { run: () => ({ update: nothing, look: nothing, stop: nothing }), counts: () => nothing },
    interrupt: {
      requested: () => false,
      exitCode: () => 0,
      signal: new AbortController().signal,
      during: (work) => work(),
      finishing: (work) => work(),
    },
  };
}
