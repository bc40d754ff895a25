import type { InFlight } from './in-flight.ts';
import type { Timing } from './moment.ts';

/** Times steps. The first of a sitting is left out: it waits for the workers to start, and is traced. */
export interface Stopwatch {
  /** Counts the time of what steps are made of. */
  during<T>(work: () => Promise<T>): Promise<T>;
  /** As part of it, the time in which nothing is in flight because it is being loaded. */
  loading<T>(flight: Pick<InFlight, 'idleSince'>, load: () => Promise<T>): Promise<T>;
  /** A step was begun. */
  tick(): void;
  timing(): Timing;
}

export function stopwatch(): Stopwatch {
  let [counted, stepping, waited] = [-1, 0, 0];
  return {
    async during(work) {
      const began = performance.now();
      try {
        return await work();
      } finally {
        if (counted >= 0) stepping += performance.now() - began;
      }
    },
    async loading(flight, load) {
      const asked = performance.now();
      const loaded = await load();
      const { idleSince } = flight;
      if (counted >= 0 && idleSince !== undefined) waited += performance.now() - Math.max(asked, idleSince);
      return loaded;
    },
    tick: () => void (counted += 1),
    timing: () =>
      counted > 0
        ? { stepMs: stepping / counted, waitShare: waited / stepping }
        : { stepMs: undefined, waitShare: undefined },
  };
}
