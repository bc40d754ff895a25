import type { Profile } from '@spatial-ensemble/engine';
import { seeds, type Seed } from '@spatial-ensemble/random';
import type { TrainedLine, Window } from '@spatial-ensemble/record';
import * as tf from '@tensorflow/tfjs-core';
import type { Bound } from '../bound.ts';
import type { State } from '../method.ts';
import type { Batches } from './batches.ts';
import { cadenceOf } from './cadence.ts';
import { IN_FLIGHT, type Agreement } from './agreement.ts';
import { atOf, compiledStep, type Carried, type StepOptions } from './compiled-step.ts';
import { inFlight } from './in-flight.ts';
import type { Moment } from './moment.ts';
import { stopwatch } from './stopwatch.ts';
import { EMPTY_WINDOW, means } from './window.ts';

/** What steps are taken of. */
export interface SteppingOptions extends StepOptions {
  readonly bound: Bound;
  readonly seed: Seed;
  /** Disposed of by the first step. */
  readonly state: State;
  /** Updates done. */
  readonly start: number;
  /** The metrics since the last line that was written. */
  readonly window: Window;
  readonly batches: Batches;
  /** What the processes that train it tell each other by its steps. */
  readonly agreement: Agreement;
  /** Told of the numbers of the steps since the line before, once they are there, in the order of steps. */
  readonly onLine: (line: TrainedLine) => void;
  /** Told, before the first step of this sitting, where the time of a step goes. */
  readonly onProfile?: ((profile: Profile) => Promise<void>) | undefined;
}

/** A run that takes its steps. */
export interface Stepping {
  /**
   * The moment before the first step, and that after each was begun; a step is begun when the next moment is asked for,
   * and waited for when there are too many.
   *
   * @param loading does what loads a batch, and may fail for an image.
   * @throws Error where training diverged
   */
  moments(loading: <T>(what: string, work: () => Promise<T>) => Promise<T>): AsyncGenerator<Moment, void>;
  now(): Moment;
  /** The metrics since the last line. @throws Error where training diverged */
  window(): Promise<Window>;
  /** SHA-256 of the step's graph; undefined before the first step of this sitting. */
  graph(): string | undefined;
  dispose(): Promise<void>;
}

/**
 * Trains: loads, steps, adds up. What is done with it is for others. A step is begun while the one before it runs, and
 * nobody waits for its numbers: they are added up beside the state, and read where a line of them ends. That they are
 * finite is asked of each step once it has run.
 */
export function stepping(options: SteppingOptions): Stepping {
  const { bound, seed, batches, agreement, start, state, window: saved, onLine, onProfile } = options;
  const { steps, trainable } = bound;
  const { metrics: every } = cadenceOf(steps);
  const { mask } = seeds(seed);
  const step = compiledStep(bound, options);
  const flight = inFlight();
  const clock = stopwatch();
  let carried: Carried = step.carry(state, saved);
  let count = saved.count;
  let done = start;

  const tellLine = (number: number, window: Window): void =>
    onLine({ kind: 'train', step: number, count: window.count, values: means(window), counts: window.counts });
  // Begins to read before the next step writes; the window that was read goes with it.
  const endLine = (): Promise<Window> => {
    const ended = carried.window.sums;
    const read = step.read(carried, count).finally(() => ended.dispose());
    carried = step.afresh(carried);
    count = 0;
    return read;
  };
  const landing = async (number: number, sound: tf.Tensor, line?: Promise<Window>): Promise<void> => {
    const [[isSound, ...wished], window] = await Promise.all([sound.data(), line]).finally(() => sound.dispose());
    agreement.heard(number, wished);
    if (isSound !== 1) throw await step.diverged(carried, number);
    if (window !== undefined) tellLine(number, window);
  };
  const take = async (load: () => ReturnType<Batches['next']>): Promise<void> => {
    await flight.room(IN_FLIGHT);
    const batch = await clock.loading(flight, load);
    const at = atOf(trainable, done, mask);
    if (done === start && onProfile !== undefined) await onProfile(step.profile(carried, batch, at));
    const [next, sound] = step.begin(carried, batch, at, ...agreement.told());
    carried = next;
    done += 1;
    count += 1;
    flight.add(landing(done, sound, done % every === 0 || done === steps ? endLine() : undefined));
    // The first is traced, and is no measure of the others.
    if (done === start + 1) await flight.room(1);
  };
  const settled = async (): Promise<State> => {
    await clock.during(() => flight.room(1));
    return carried.state;
  };
  const now = (): Moment => ({ done, steps, taken: done - start, settled, timing: clock.timing });
  return {
    async *moments(loading) {
      // Where it was saved between two lines and takes no more steps, that is the last one.
      if (done === steps && saved.count > 0) tellLine(done, saved);
      yield now();
      for (let left = steps - start; left > 0; left -= 1) {
        await clock.during(() => take(() => loading(`step ${done + 1}`, () => batches.next())));
        clock.tick();
        yield now();
      }
    },
    now,
    async window() {
      await settled();
      if (done === start) return saved;
      return count === 0 ? EMPTY_WINDOW : step.read(carried, count);
    },
    graph: () => step.graph,
    async dispose() {
      await flight.quiet();
      tf.dispose(carried as unknown as tf.TensorContainer);
      step.dispose();
    },
  };
}
