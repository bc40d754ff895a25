import { compileStep, hostScalar, type HostTensor, type Profile } from '@spatial-ensemble/engine';
import type { Arithmetic, Window } from '@spatial-ensemble/record';
import { stepMask, type Key } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';
import type { Bound } from '../bound.ts';
import type { At, Batch, HostBatch, State, Trainable } from '../method.ts';
import { addedTo, firstBroken, openWindow, readWindow, type DeviceWindow } from './device-window.ts';
import { metricVector, placesOf } from './metric-vector.ts';
import { overWorkers } from './over-workers.ts';
import { EMPTY_WINDOW } from './window.ts';

/** What a step is told besides its batch, as host tensors. */
export function atOf(trainable: Trainable, step: number, mask: Key): At {
  const scalars = Object.fromEntries(
    Object.entries(trainable.at(step)).map(([name, value]) => [name, hostScalar(value)]),
  );
  return { scalars, key: stepMask(mask, step) } as unknown as At;
}

/** How a step is compiled. */
export interface StepOptions {
  /** `tf32` is float32 here: it is what TensorFlow was started with. */
  readonly precision: Arithmetic['precision'];
  readonly xla: boolean;
}

/** What goes from step to step: the method's own state, and beside it what its steps showed since the last line. */
export interface Carried {
  readonly state: State;
  readonly window: DeviceWindow;
}

/** A step that adds up its metrics on the device. */
export interface CompiledStep {
  /** Before the first step of a sitting. @param window what was saved of it. */
  carry(state: State, window: Window): Carried;
  /**
   * Queues a step, and returns at once.
   *
   * @param wishes of this process, where several share the batch; absent: it has all of it.
   * @returns what the next step goes on with, and a tensor of the caller's: whether all is well, which is 1 while every
   *   metric was a finite number, and where there are wishes behind it how many processes have each.
   */
  begin(carried: Carried, batch: HostBatch, at: At, ...wishes: HostTensor[]): readonly [Carried, tf.Tensor];
  /** The window after the steps that were begun by now. @param count its steps. */
  read(carried: Carried, count: number): Promise<Window>;
  /** The same with an empty window; the old one is the caller's to dispose of, once it has been read. */
  afresh(carried: Carried): Carried;
  /** Why all is not well after a step. @param number the step's, from 1. */
  diverged(carried: Carried, number: number): Promise<Error>;
  /** Where the time of a step goes, which is taken with copies: all stays as it is. */
  profile(carried: Carried, batch: HostBatch, at: At): Profile;
  /** SHA-256 of its graph; undefined before its first run. */
  readonly graph: string | undefined;
  dispose(): void;
}

/**
 * The method's step, compiled, with its metrics added up beside its state.
 *
 * Its first run throws an Error where the step shows a metric that the method does not declare, or declares as something
 * else.
 */
export function compiledStep(bound: Bound, { precision, xla }: StepOptions): CompiledStep {
  const { name: of, trainable, metrics: declared } = bound;
  const places = placesOf(declared);
  let shown: ReadonlySet<string> = new Set();
  const fn = (
    { state, window }: Carried,
    batch: Batch,
    at: At,
    ...[wishes]: tf.Tensor[]
  ): readonly [Carried, tf.Tensor] => {
    const [next, metrics] = trainable.step(state, batch, at);
    shown = new Set(Object.keys(metrics));
    const own = metricVector(bound, places, metrics);
    if (wishes === undefined) {
      const added = addedTo(window, own);
      return [{ state: next, window: added.window }, added.sound];
    }
    const all = overWorkers(places, own, wishes);
    const added = addedTo(window, all.metrics);
    return [{ state: next, window: added.window }, tf.concat([tf.reshape(added.sound, [1]), all.wished])];
  };
  const compiled = compileStep(fn, {
    name: `${of}.step`,
    precision: precision === 'bfloat16' ? 'bfloat16' : 'float32',
    xla,
  });
  // A window on the host is one on the device as soon as a step has been given it.
  const opened = (window: Window): DeviceWindow => openWindow(places, window) as unknown as DeviceWindow;
  return {
    carry: (state, window) => ({ state, window: opened(window) }),
    begin: (carried, batch, at, ...wishes) =>
      compiled.begin(carried, batch as unknown as Batch, at, ...(wishes as unknown as tf.Tensor[])),
    read: ({ window }, count) =>
      readWindow(
        window,
        count,
        places.filter(({ name }) => shown.has(name)),
      ),
    afresh: ({ state, window: { last } }) => ({ state, window: { last, sums: opened(EMPTY_WINDOW).sums } }),
    async diverged({ window }, number) {
      const broken = await firstBroken(window, places);
      return new Error(
        `${broken?.name} is ${broken?.value} after step ${number}: training diverged. Lower the learning rate.`,
      );
    },
    profile: (carried, batch, at) => compiled.profile(carried, batch as unknown as Batch, at),
    get graph() {
      return compiled.graph;
    },
    dispose: () => compiled.dispose(),
  };
}
