import * as tf from '@tensorflow/tfjs-core';
import type { KernelBackend } from '../backend/backend.ts';
import { float, FLOAT, type } from './attributes.ts';
import { kernel } from './kernel-call.ts';

/** An op of one input and one output, whose element type is that of its input. */
function unary(backend: KernelBackend, name: string, x: tf.TensorInfo): tf.Tensor {
  return backend.executeSingleOutput(name, [type('T', backend.getDTypeInteger(x.dtype))], [x]);
}

/**
 * Ops on element types, and values, that `@tensorflow/tfjs-node-gpu` 4.22 leaves to a TensorFlow that refuses them or
 * answers otherwise than TensorFlow.js says.
 */
export const elementTypeKernels = [
  kernel<tf.BitwiseAndInputs>(tf.BitwiseAnd, ({ inputs: { a, b }, backend }) =>
    backend.executeSingleOutput('BitwiseAnd', [type('T', backend.getDTypeInteger(a.dtype))], [a, b]),
  ),
  // TensorFlow 2.21's kernel makes zeros of integers, which are round already.
  kernel<tf.RoundInputs>(tf.Round, ({ inputs: { x }, backend }) =>
    unary(backend, x.dtype === 'float32' ? 'Round' : 'Identity', x),
  ),
  // The sign of no number is 0 in TensorFlow.js and no number in TensorFlow.
  kernel<tf.SignInputs>(tf.Sign, ({ inputs: { x }, backend }) =>
    x.dtype !== 'float32'
      ? unary(backend, 'Sign', x)
      : tf.tidy(() => tf.where(unary(backend, 'IsNan', x), tf.zeros(x.shape), unary(backend, 'Sign', x))),
  ),
  kernel<tf.StepInputs, tf.StepAttrs>(tf.Step, ({ inputs, backend, attrs: { alpha } }) =>
    tf.tidy(() => {
      const x = inputs.x as tf.Tensor;
      // An integer is always a number, and TensorFlow does not ask it.
      if (x.dtype !== 'float32') return tf.cast(tf.where(tf.greater(x, 0), 1, alpha), x.dtype);
      const nans = tf.isNaN(x);
      const steps = tf.where(tf.greater(x, tf.scalar(0)), tf.ones(x.shape), tf.fill(x.shape, alpha));
      return backend.executeSingleOutput('Select', [FLOAT], [nans, x, steps]);
    }),
  ),
  kernel<tf.DiagInputs>(tf.Diag, ({ inputs: { x }, backend }) =>
    x.dtype !== 'bool'
      ? unary(backend, 'Diag', x)
      : tf.tidy(() => tf.cast(unary(backend, 'Diag', tf.cast(x as tf.Tensor, 'int32')), 'bool')),
  ),
  kernel<tf.LeakyReluInputs, tf.LeakyReluAttrs>(tf.LeakyRelu, ({ inputs: { x }, backend, attrs: { alpha } }) =>
    tf.tidy(() =>
      backend.executeSingleOutput(
        'LeakyRelu',
        [float('alpha', alpha), FLOAT],
        [x.dtype === 'float32' ? x : tf.cast(x as tf.Tensor, 'float32')],
      ),
    ),
  ),
];
