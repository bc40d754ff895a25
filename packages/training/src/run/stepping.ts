import { seeds, type Seed } from '@spatial-ensemble/random';
import type { TrainedLine, Window } from '@spatial-ensemble/record';
import * as tf from '@tensorflow/tfjs-core';
import type { Bound } from '../bound.ts';
import type { State } from '../method.ts';
import type { Batches } from './batches.ts';
import { cadenceOf } from './cadence.ts';
import { atOf, compiledStep, type CompiledStep, type StepOptions } from './compiled-step.ts';
import type { Moment, Timing } from './moment.ts';
import { addTo, EMPTY_WINDOW, means } from './window.ts';

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
}

/** A run that takes its steps. */
export interface Stepping {
  /**
   * The moment before the first step, and that after each; a step is taken when the next moment is asked for.
   *
   * @param loading does what loads a batch, and may fail for an image.
   */
  moments(loading: <T>(what: string, work: () => Promise<T>) => Promise<T>): AsyncGenerator<Moment, void>;
  now(): Moment;
  /** The metrics since the last line. @throws Error when one is no finite number: training diverged. */
  window(): Window;
  /** SHA-256 of the step's graph; undefined before the first step of this sitting. */
  graph(): string | undefined;
  dispose(): void;
}

/** Numbers that a step left on the device. */
interface Unread {
  readonly step: number;
  readonly numbers: tf.Tensor;
}

/** Trains: loads, steps, adds up. What is done with it is for others. */
export function stepping(options: SteppingOptions): Stepping {
  const { bound, seed, batches, start } = options;
  const { steps, trainable } = bound;
  const { metrics: every } = cadenceOf(steps);
  const { mask } = seeds(seed);
  const step = compiledStep(bound, options);
  let { state, window } = options;
  let unread: Unread[] = [];
  let line: TrainedLine | undefined;
  let done = start;
  const clock = stopwatch(batches);

  const readAll = (): Window => {
    const all = unread;
    unread = [];
    window = readInto(window, step, all);
    return window;
  };
  const endLine = (): void => {
    const { count, counts } = readAll();
    line = { kind: 'train', step: done, count, values: means(window), counts };
    window = EMPTY_WINDOW;
  };
  // Where it was saved between two lines and takes no more steps, that is the last one.
  if (done === steps && window.count > 0) endLine();
  const take = async (load: () => ReturnType<Batches['next']>): Promise<void> => {
    clock.begin();
    const batch = await load();
    const [next, numbers] = await step.run(state, batch, atOf(trainable, done, mask));
    state = next;
    done += 1;
    unread.push({ step: done, numbers });
    line = undefined;
    if (done % every === 0 || done === steps) endLine();
    clock.end();
  };
  const now = (): Moment => ({ done, steps, taken: done - start, state, line, timing: clock.timing() });
  return {
    async *moments(loading) {
      yield now();
      for (let left = steps - start; left > 0; left -= 1) {
        await take(() => loading(`step ${done + 1}`, () => batches.next()));
        yield now();
      }
    },
    now,
    window: readAll,
    graph: () => step.graph,
    dispose() {
      tf.dispose([state as tf.TensorContainer, unread.map(({ numbers }) => numbers)] as tf.TensorContainer);
      step.dispose();
    },
  };
}

/** A window with the steps whose numbers were left on the device; those are disposed of. */
function readInto(window: Window, step: CompiledStep, unread: readonly Unread[]): Window {
  try {
    return unread.reduce((before, { step: number, numbers }) => addTo(before, step.read(numbers, number)), window);
  } finally {
    tf.dispose(unread.map(({ numbers }) => numbers));
  }
}

/** Times steps. The first of a sitting is left out: it waits for the workers to start, and is traced. */
function stopwatch(batches: Pick<Batches, 'waitedMs'>): { begin(): void; end(): void; timing(): Timing } {
  let [counted, stepping, waitedBefore, began] = [-1, 0, 0, 0];
  return {
    begin: () => void (began = performance.now()),
    end() {
      counted += 1;
      if (counted === 0) waitedBefore = batches.waitedMs;
      else stepping += performance.now() - began;
    },
    timing: () =>
      counted > 0
        ? { stepMs: stepping / counted, waitShare: (batches.waitedMs - waitedBefore) / stepping }
        : { stepMs: undefined, waitShare: undefined },
  };
}
