import { allGather } from '@spatial-ensemble/engine';
import * as tf from '@tensorflow/tfjs-core';

/** Added to the squared norm (google-deepmind/deepmind-research@f5de0ede byol/utils/helpers.py). */
const EPSILON = 1e-12;

/** Rows of `[n, d]` at length 1. */
export function unitLength(x: tf.Tensor2D): tf.Tensor2D {
  return tf.mul(x, tf.rsqrt(tf.add(tf.sum(tf.square(x), 1, true), EPSILON)));
}

/**
 * Mean over the dimensions of the standard deviation over the batch of rows at length 1, those of all processes. About 1/√d where they spread
 * in all directions; near 0 is collapse (SimSiam, arXiv 2011.10566, 4.1).
 */
export function spread(x: tf.Tensor2D): tf.Scalar {
  const { variance } = tf.moments(unitLength(allGather(x)), 0);
  return tf.mean(tf.sqrt(variance)) as tf.Scalar;
}
