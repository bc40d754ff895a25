import * as tf from '@tensorflow/tfjs-core';

/**
 * `x` as a constant of the derivative: nothing computed from the result sends a gradient back to `x`, and what comes
 * after may even have no gradient (argmax, a comparison).
 *
 * TensorFlow.js records a custom gradient as a function of its arguments alone; here that is a zero, and `x` is not
 * among them.
 */
export function stopGradient<T extends tf.Tensor>(x: T): T {
  const constant = tf.customGrad((zero) => ({ value: tf.clone(x), gradFunc: () => tf.zerosLike(zero as tf.Tensor) }));
  return constant(tf.scalar(0)) as T;
}
