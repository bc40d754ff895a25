import * as tf from '@tensorflow/tfjs-core';

/** Added to the squared norm, as in DM utils/helpers.py. */
const EPSILON = 1e-12;

/** Rows of `[n, d]` at length 1. */
export function normalised(x: tf.Tensor2D): tf.Tensor2D {
  return tf.mul(x, tf.rsqrt(tf.add(tf.sum(tf.square(x), 1, true), EPSILON)));
}

/**
 * ‖p/‖p‖ − z′/‖z′‖‖² = 2 − 2 cos, the mean over the batch: 0 for equal directions, 2 for orthogonal, 4 for opposite
 * ones (methods.md 5.1; DM byol_experiment.py; SE models/m2_teacher.py).
 *
 * @param prediction `[n, d]`, of the student.
 * @param target `[n, d]`, of the teacher, through which no gradient flows.
 */
export function regressionLoss(prediction: tf.Tensor2D, target: tf.Tensor2D): tf.Scalar {
  return tf.mean(tf.sum(tf.squaredDifference(normalised(prediction), normalised(target)), 1)) as tf.Scalar;
}

/**
 * Mean over the dimensions of the standard deviation over the batch of projections at length 1. About 1/√d where they
 * spread in all directions; near 0 is collapse (methods.md 14, 8).
 */
export function spread(projection: tf.Tensor2D): tf.Scalar {
  const { variance } = tf.moments(normalised(projection), 0);
  return tf.mean(tf.sqrt(variance)) as tf.Scalar;
}
