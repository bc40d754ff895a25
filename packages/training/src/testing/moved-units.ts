import type { Variables } from '@spatial-ensemble/nn';
import * as tf from '@tensorflow/tfjs-core';
import type { Bound } from '../bound.ts';
import type { State } from '../method.ts';

/** Weights of a unit from which on one that moves is seen to: of fewer, rounding could leave all as they were. */
const LEAST_WEIGHTS = 9;

/** What is added to a state: float32 `[steps, units]`, 1 where a step moved any weight of the teacher's unit. */
export const MOVED = 'moved';

/**
 * The same run, whose state tells too which output channels of the teacher's kernels each of its steps moved: the
 * masks, as they were applied. Of a teacher smoothed by channel.
 */
export function withMovedUnits(of: Bound): Bound {
  const { trainable, steps } = of;
  const teacher = (state: State): Variables['params'] => trainable.teacher(state).params;
  const init: typeof trainable.init = (key, from) => {
    const state = trainable.init(key, from);
    const units = kernelsOf(teacher(state)).reduce((sum, [, { shape }]) => sum + shape.at(-1)!, 0);
    return { ...state, [MOVED]: tf.zeros([steps, units]) };
  };
  const step: typeof trainable.step = (state, batch, at) => {
    const { [MOVED]: before, ...own } = state as State & { [MOVED]: tf.Tensor2D };
    const [next, metrics] = trainable.step(own, batch, at);
    const now = teacher(next);
    const moved = kernelsOf(teacher(own)).map(([name, old]) => {
      const all = old.shape.map((_, axis) => axis).slice(0, -1);
      return tf.cast(tf.any(tf.notEqual(old, now[name]!), all), 'float32') as tf.Tensor1D;
    });
    const rows = tf.concat([tf.slice(before, 1), tf.expandDims(tf.concat(moved), 0) as tf.Tensor2D]);
    return [{ ...next, [MOVED]: rows }, metrics];
  };
  return { ...of, trainable: { ...trainable, init, step } };
}

function kernelsOf(params: Variables['params']): [string, tf.Tensor][] {
  return Object.entries(params).filter(
    ([, { rank, size, shape }]) => rank >= 2 && size >= LEAST_WEIGHTS * shape.at(-1)!,
  );
}
