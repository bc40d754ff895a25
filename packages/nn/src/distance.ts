import * as tf from '@tensorflow/tfjs-core';
import type { Tensors } from './variables.ts';

/**
 * ‖a − b‖ / ‖b‖ over all tensors together, a scalar: how far a teacher is from its student.
 *
 * @throws Error if `a` lacks a tensor of `b`
 */
export function relativeDistance(a: Tensors, b: Tensors): tf.Scalar {
  const squares = Object.entries(b).map(([name, tensor]) => {
    const other = a[name];
    if (other === undefined) throw new Error(`there is no ${name} to compare with`);
    return [tf.sum(tf.squaredDifference(other, tensor)), tf.sum(tf.square(tensor))] as const;
  });
  const apart = tf.addN(squares.map(([difference]) => difference));
  const size = tf.addN(squares.map(([, square]) => square));
  return tf.sqrt(tf.divNoNan(apart, size)) as tf.Scalar;
}
