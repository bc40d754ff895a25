import * as tf from '@tensorflow/tfjs-core';
import type { KernelBackend } from '../backend/backend.ts';
import { liveBackend } from '../backend/live-backend.ts';
import { FLOAT, NHWC } from './attributes.ts';

const BIAS_ADD = 'BiasAdd';
const BIAS_ADD_GRAD = 'BiasAddGrad';

/** TensorFlow's BiasAdd, which it fuses with the convolution before, and its gradient. */
export const biasKernels = [
  {
    kernelName: BIAS_ADD,
    kernelFunc: ({ inputs, backend }: { inputs: { x: tf.Tensor; bias: tf.Tensor }; backend: unknown }) =>
      (backend as KernelBackend).executeSingleOutput('BiasAdd', [FLOAT, NHWC], [inputs.x, inputs.bias]),
  },
  {
    kernelName: BIAS_ADD_GRAD,
    kernelFunc: ({ inputs, backend }: { inputs: { dy: tf.Tensor }; backend: unknown }) =>
      (backend as KernelBackend).executeSingleOutput('BiasAddGrad', [FLOAT, NHWC], [inputs.dy]),
  },
];

export const biasGradients: tf.GradConfig[] = [
  {
    kernelName: BIAS_ADD,
    gradFunc: (dy) => ({
      x: () => tf.clone(dy as tf.Tensor),
      bias: () => tf.engine().runKernel(BIAS_ADD_GRAD, { dy: dy as tf.Tensor }) as tf.Tensor,
    }),
  },
];

/**
 * Adds one number a channel: `x + bias` over the last axis. The gradient of the bias is one op, where that of
 * `tf.add` sums and reshapes.
 *
 * @param x float32 `[batch, ..., channels]`; `bias` float32 `[channels]`.
 * @throws Error when the shapes do not match.
 */
export function biasAdd(x: tf.Tensor, bias: tf.Tensor): tf.Tensor {
  if (bias.rank !== 1 || x.rank < 2 || bias.shape[0] !== x.shape.at(-1)) {
    throw new Error(
      `a bias has one number a channel, got x [${x.shape.join(', ')}] and bias [${bias.shape.join(', ')}]`,
    );
  }
  if (liveBackend() === undefined) return tf.add(x, bias);
  return tf.engine().runKernel(BIAS_ADD, { x, bias }) as tf.Tensor;
}
