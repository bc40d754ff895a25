import * as tf from '@tensorflow/tfjs-core';

/**
 * A number in [0, 1]: known on the host, or a scalar tensor, which a compiled step can be fed anew each time. A number
 * that a compiled function closes over stays what it was when the function was traced.
 */
export type Share = number | tf.Tensor;

/** @throws Error unless `value` is in [0, 1]. */
export function checkShare(what: string, value: number): void {
  if (!(value >= 0 && value <= 1))
    throw new Error(`${what} must be in [0, 1], got ${value}. Did you pass a percentage?`);
}

/**
 * A share as a scalar tensor. Whether a tensor's value lies in [0, 1] is not checked: that would wait for it.
 *
 * @throws Error when a number is outside [0, 1], or a tensor is no scalar.
 */
export function scalarOf(what: string, share: Share): tf.Tensor {
  if (typeof share === 'number') {
    checkShare(what, share);
    return tf.scalar(share);
  }
  if (share.rank !== 0) throw new Error(`${what} must be a scalar, got a tensor of shape [${share.shape.join(', ')}]`);
  return share;
}
