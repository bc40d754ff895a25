import type { Window } from '@spatial-ensemble/record';
import { cadenceOf, CHECKPOINT_EVERY_MS } from './cadence.ts';
import type { Listener, Moment } from './moment.ts';
import type { RunPort } from './port.ts';
import { savedOnFailure } from './saved-on-failure.ts';
import { readState } from './state-tensors.ts';

/** A run that is saved by its port: at least ten times, every five minutes, and after its last step. */
export interface Saving {
  readonly listener: Listener;
  /** Saves the run as it is now, unless that is done. */
  now(): Promise<void>;
  /** Does what may fail for an image; the steps until then are then saved. */
  orSaved<T>(what: string, work: () => Promise<T>): Promise<T>;
  /** SHA-256 of the tensors that were saved last. */
  weights(): string;
}

/** What is saved: where the run is, and the metrics since its last line. */
interface Saved {
  now(): Moment;
  window(): Window;
}

/** @param interrupted whether the run is to end here in any case, and will be saved then. */
export function saving(port: RunPort, run: Saved, interrupted: () => boolean): Saving {
  let weights = port.saved?.weights ?? '';
  let savedStep = port.saved?.step;
  let savedAt = performance.now();
  const now = async (): Promise<void> => {
    const { done, state } = run.now();
    if (savedStep === done) return;
    // Numbers that are none are found before a state that made them takes the place of one that did not.
    const window = run.window();
    weights = await port.save(readState(state), { step: done, window });
    savedStep = done;
    savedAt = performance.now();
  };
  return {
    async listener({ done, steps, taken }) {
      if (taken === 0) return undefined;
      const due = done % cadenceOf(steps).checkpoint === 0 || performance.now() - savedAt > CHECKPOINT_EVERY_MS;
      if (done === steps || (due && !interrupted())) await now();
      return undefined;
    },
    now,
    orSaved: savedOnFailure(async () => {
      await now();
      return run.now().done;
    }),
    weights: () => weights,
  };
}
