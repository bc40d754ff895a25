import * as tf from '@tensorflow/tfjs-core';
import type { KernelBackend } from '../backend/backend.ts';
import { liveBackend } from '../backend/live-backend.ts';
import { isPortable } from '../backend/portable.ts';
import { FLOAT, float } from './attributes.ts';
import { first } from '../lists.ts';

const RELU_GRAD = 'ReluGrad';
const LEAKY_RELU_GRAD = 'LeakyReluGrad';

/** TensorFlow's own ops for the gradients of relu and leaky relu. */
export const rectifierKernels = [
  {
    kernelName: RELU_GRAD,
    kernelFunc: ({ inputs, backend }: { inputs: { dy: tf.Tensor; y: tf.Tensor }; backend: unknown }) =>
      (backend as KernelBackend).executeSingleOutput('ReluGrad', [FLOAT], [inputs.dy, inputs.y]),
  },
  {
    kernelName: LEAKY_RELU_GRAD,
    kernelFunc: ({
      inputs,
      backend,
      attrs,
    }: {
      inputs: { dy: tf.Tensor; features: tf.Tensor };
      backend: unknown;
      attrs: unknown;
    }) =>
      (backend as KernelBackend).executeSingleOutput(
        'LeakyReluGrad',
        [FLOAT, float('alpha', (attrs as { alpha: number }).alpha)],
        [inputs.dy, inputs.features],
      ),
  },
];

function grad(kernel: string, inputs: Record<string, tf.Tensor>, attrs: Record<string, number>): tf.Tensor {
  return tf.engine().runKernel(kernel, inputs, attrs) as tf.Tensor;
}

/**
 * Gradients of relu and leaky relu as one op each. TensorFlow.js registers `dy · step(x)`, where `step` alone is four
 * ops on this backend.
 */
export const rectifierGradients: tf.GradConfig[] = [
  {
    kernelName: tf.Relu,
    outputsToSave: [true],
    gradFunc: (dy, saved) => {
      const y = first(saved);
      return {
        x: () =>
          liveBackend() === undefined
            ? tf.mul(dy as tf.Tensor, tf.step(y))
            : grad(RELU_GRAD, { dy: dy as tf.Tensor, y }, {}),
      };
    },
  },
  {
    kernelName: tf.LeakyRelu,
    inputsToSave: ['x'],
    outputsToSave: [true],
    gradFunc: (dy, [x, y], attrs) => {
      const { alpha } = attrs as unknown as { alpha: number };
      const plain = (): tf.Tensor => tf.where(tf.greater(x!, 0), dy as tf.Tensor, tf.mul(dy as tf.Tensor, alpha));
      // The op looks at the sign alone, which output and input share: by the output, which what follows keeps anyway, a
      // step need not keep the input too.
      const features = alpha < 0 || isPortable() ? x! : y!;
      return {
        x: () =>
          liveBackend() === undefined ? plain() : grad(LEAKY_RELU_GRAD, { dy: dy as tf.Tensor, features }, { alpha }),
      };
    },
  },
];
