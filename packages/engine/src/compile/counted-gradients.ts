// TensorFlow.js' gradients are registered by its umbrella package.
import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { first } from '../lists.ts';

/**
 * Runs `trace` with gradients of sums and means that make no literal. TensorFlow.js multiplies by `ones(x.shape)`, an
 * array of the host as large as the batch: a function that is only counted, for a batch that no memory holds, must not
 * make it. What they compute is the same.
 */
export function withoutLiterals<T>(trace: () => T): T {
  const plain = [tf.Sum, tf.Mean].map((name) => tf.getGradient(name)!);
  const filled = plain.map(({ kernelName, inputsToSave }): tf.GradConfig => ({
    kernelName,
    inputsToSave: inputsToSave!,
    gradFunc: (dy, saved, attrs) => {
      const x = first(saved);
      const axes = tf.util.parseAxisParam((attrs as { axis: number[] }).axis, x.shape);
      const kept = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
      const count = kernelName === tf.Mean ? axes.reduce((product, axis) => product * (x.shape[axis] ?? 1), 1) : 1;
      return {
        x: () => tf.div(tf.mul(tf.reshape(dy as tf.Tensor, kept), tf.fill(x.shape, 1)), count),
      };
    },
  }));
  const register = (gradients: readonly tf.GradConfig[]): void => {
    for (const gradient of gradients) {
      // TensorFlow.js warns when a gradient is registered twice.
      tf.unregisterGradient(gradient.kernelName);
      tf.registerGradient(gradient);
    }
  };
  register(filled);
  try {
    return trace();
  } finally {
    register(plain);
  }
}
