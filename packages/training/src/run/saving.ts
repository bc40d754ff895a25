import { thisWorker } from '@spatial-ensemble/engine';
import type { Agreement } from './agreement.ts';
import { cadenceOf, CHECKPOINT_EVERY_MS } from './cadence.ts';
import type { Listener } from './moment.ts';
import type { RunPort } from './port.ts';
import { savedOnFailure, unsavedOnFailure } from './saved-on-failure.ts';
import { readState } from './state-tensors.ts';
import { codeSince } from './step-code.ts';
import type { Stepping } from './stepping.ts';

/** A run that is saved by its port: at least ten times, every five minutes, and after its last step. */
export interface Saving {
  readonly listener: Listener;
  /** Saves the run as it is now, unless that is done. */
  now(): Promise<void>;
  /** Whether it is long ago that it was saved. */
  overdue(): boolean;
  /** Does what may fail for an image; the steps until then are then saved. */
  orSaved<T>(what: string, work: () => Promise<T>): Promise<T>;
  /** SHA-256 of the tensors that were saved last. */
  weights(): string;
}

/** What is saved: where the run is, the metrics since its last line, and what takes its steps. */
type Saved = Pick<Stepping, 'now' | 'window' | 'graph'>;

/** When a run is saved beside its own cadence. */
export interface SavingOptions {
  /** Whether the run is to end here in any case, and will be saved then; whether one that is overdue is saved now. */
  readonly agreement: Pick<Agreement, 'stops' | 'saves'>;
  /** What is saved after each multiple of so many steps stays beside what is saved later; undefined: nothing does. */
  readonly keepEvery?: number | undefined;
}

export function saving(port: RunPort, run: Saved, { agreement, keepEvery = Infinity }: SavingOptions): Saving {
  let weights = port.saved?.weights ?? '';
  let savedStep = port.saved?.step;
  let savedAt = performance.now();
  const now = async (): Promise<void> => {
    const { done, settled } = run.now();
    if (savedStep === done) return;
    // Numbers that are none are found before a state that made them takes the place of one that did not.
    const state = await settled();
    const window = await run.window();
    const code = codeSince(port.saved, run.graph());
    weights = await port.save(readState(state), { step: done, window, code, kept: done > 0 && done % keepEvery === 0 });
    savedStep = done;
    savedAt = performance.now();
  };
  return {
    async listener({ done, steps, taken }) {
      // A run of no steps is what it begins as.
      if (taken === 0 && steps > 0) return undefined;
      const due =
        done % cadenceOf(steps).checkpoint === 0 || done % keepEvery === 0 || agreement.saves(done, savedStep ?? 0);
      if (done === steps || (due && !agreement.stops(done))) await now();
      return undefined;
    },
    now,
    overdue: () => performance.now() - savedAt > CHECKPOINT_EVERY_MS,
    orSaved: (thisWorker().workers === 1 ? savedOnFailure : unsavedOnFailure)(async () => {
      await now();
      return run.now().done;
    }),
    weights: () => weights,
  };
}
