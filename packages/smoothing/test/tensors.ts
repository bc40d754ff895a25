import { key, normal, uniform } from '@spatial-ensemble/random';
import type { Draw, Metas, Tensors } from '@spatial-ensemble/smoothing';
import * as tf from '@tensorflow/tfjs-core';

/** A convolution with a bias, its batch norm, a dense layer. */
export const METAS: Metas = {
  'conv.kernel': { shape: [3, 3, 2, 4], module: 'conv', outAxis: 3 },
  'conv.bias': { shape: [4], module: 'conv', outAxis: 0 },
  'bn.gamma': { shape: [4], module: 'bn', outAxis: 0 },
  'bn.beta': { shape: [4], module: 'bn', outAxis: 0 },
  'fc.kernel': { shape: [4, 5], module: 'fc', outAxis: 1 },
};

/** Normal numbers in the variables of `metas`, another set for each name. */
export function filled(metas: Metas, name: string): Tensors {
  return fromEach(metas, (variable, shape) =>
    tf.tensor(normal(key(name).fold(variable), tf.util.sizeFromShape(shape)), shape),
  );
}

export function fromEach(metas: Metas, make: (name: string, shape: number[]) => tf.Tensor): Tensors {
  return Object.fromEntries(Object.entries(metas).map(([name, { shape }]) => [name, make(name, [...shape])]));
}

/** Draws keyed by seed, step and unit. */
export function drawsAt(step: number, seed = 'draws'): Draw {
  return (unit, shape) => {
    return tf.tensor(uniform(key(seed).fold(step).fold(unit), tf.util.sizeFromShape([...shape])), [...shape]);
  };
}

/** The bits of every variable. */
export function bits(tensors: Tensors): { readonly [name: string]: readonly number[] } {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => [
      name,
      [...new Uint32Array(Float32Array.from(tensor.dataSync()).buffer)],
    ]),
  );
}

/** Which numbers of a variable are the same as before. */
export function kept(before: tf.Tensor, after: tf.Tensor): boolean[] {
  const old = before.dataSync();
  return Array.from(after.dataSync(), (value, i) => value === old[i]);
}
