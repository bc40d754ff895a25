import { normal, type Key } from '@spatial-ensemble/random';
import type { Metas, Tensors } from '@spatial-ensemble/smoothing';
import * as tf from '@tensorflow/tfjs-core';

const HIDDEN = 24;

/** Two hidden layers between a place and the logits of two classes; what each variable means, for `unitsOf`. */
export const METAS: Metas = {
  ...layer('first', 2, HIDDEN),
  ...layer('second', HIDDEN, HIDDEN),
  ...layer('last', HIDDEN, 2),
};

/** First weights: normal, of deviation √(2/inputs) (He et al. 2015); biases are 0. */
export function firstWeights(init: Key): Tensors {
  return Object.fromEntries(
    Object.entries(METAS).map(([name, { shape }]) => {
      const [inputs = 0, outputs] = shape;
      if (outputs === undefined) return [name, tf.zeros([...shape])];
      const values = normal(init.fold(name), inputs * outputs).map((value) => value * Math.sqrt(2 / inputs));
      return [name, tf.tensor(values, [...shape])];
    }),
  );
}

/**
 * @param places float32 `[batch, 2]`
 * @returns logits, float32 `[batch, 2]`
 */
export function forward(params: Tensors, places: tf.Tensor2D): tf.Tensor2D {
  const dense = (x: tf.Tensor2D, name: string): tf.Tensor2D =>
    tf.add(tf.matMul(x, of(params, `${name}.kernel`) as tf.Tensor2D), of(params, `${name}.bias`));
  return dense(tf.relu(dense(tf.relu(dense(places, 'first')), 'second')), 'last');
}

function layer(module: string, inputs: number, outputs: number): Metas {
  return {
    [`${module}.kernel`]: { shape: [inputs, outputs], module, outAxis: 1 },
    [`${module}.bias`]: { shape: [outputs], module, outAxis: 0 },
  };
}

function of(params: Tensors, name: string): tf.Tensor {
  const found = params[name];
  if (found === undefined) throw new Error(`the network has no ${name}`);
  return found;
}
