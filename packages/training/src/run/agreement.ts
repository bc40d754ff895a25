import { thisWorker, type HostTensor } from '@spatial-ensemble/engine';

/** Steps under way at once: one that runs, and one that waits for it with its batch on the device. */
export const IN_FLIGHT = 2;

/** What a process wants of a run while it goes on. */
export interface Wishes {
  /** The run is to be left. */
  readonly stop: boolean;
  /** It is time to save. */
  readonly save: boolean;
}

/** What is done of it. Of a process on its own, what it wants. */
export interface Agreement {
  /** What this process wants, as a step that is begun is told it: float32 `[2]`; none where nobody else needs to know. */
  told(): HostTensor[];
  /** What all want, as many as do: a step of this number has brought it. */
  heard(step: number, wished: ArrayLike<number>): void;
  /** Whether the run is left after so many steps. */
  stops(done: number): boolean;
  /** Whether it is saved after so many, by what was wanted after the last save. @param since the steps of that one */
  saves(done: number, since: number): boolean;
}

/**
 * How processes that train one run do the same at the same step, though each hears its own signals and looks at its own
 * clock. Every step brings along how many of them wish to stop, and to save. After a step is begun, at most so many as
 * are in flight are not known to have ended, in any process: so all go by what the steps before those brought, and by
 * nothing that some may know already and others not. What one wants is done `IN_FLIGHT` steps later, by all.
 *
 * Between steps, while images are looked at, each batch brings it (`evaluation-batches.ts`); what process 0 alone decides
 * or waits for (the user, the disk) is told to the others, who wait (`byFirst`).
 */
export function agreement(wishes: () => Wishes): Agreement {
  const { workers } = thisWorker();
  if (workers === 1)
    return {
      told: () => [],
      heard: () => undefined,
      stops: () => wishes().stop,
      saves: () => wishes().save,
    };
  let stop = Infinity;
  let saves: number[] = [];
  return {
    told() {
      const own = wishes();
      return [{ data: Float32Array.of(Number(own.stop), Number(own.save)), shape: [2] }];
    },
    heard(step, [stopping = 0, saving = 0]: ArrayLike<number> & Iterable<number>) {
      if (stopping > 0) stop = Math.min(stop, step);
      if (saving > 0) saves.push(step);
    },
    stops: (done) => stop <= done - IN_FLIGHT,
    saves(done, since) {
      saves = saves.filter((step) => step > since);
      return saves.some((step) => step <= done - IN_FLIGHT);
    },
  };
}
