import * as tf from '@tensorflow/tfjs-core';
import type { KernelBackend } from '../backend/backend.ts';
import { liveBackend } from '../backend/live-backend.ts';
import { AttributeType, DataType } from '../binding/dtypes.ts';
import { FLOAT } from './attributes.ts';
import { first } from '../lists.ts';

const SPARSE = 'SparseSoftmaxCrossEntropy';
const DENSE = 'DenseSoftmaxCrossEntropy';

interface Arguments {
  readonly inputs: { readonly logits: tf.Tensor; readonly labels: tf.Tensor };
  readonly backend: unknown;
}

/** Loss and its gradient for the logits, both from one op. */
export const crossEntropyKernels = [
  {
    kernelName: SPARSE,
    kernelFunc: ({ inputs, backend }: Arguments) =>
      (backend as KernelBackend).executeMultipleOutputs(
        'SparseSoftmaxCrossEntropyWithLogits',
        [FLOAT, { name: 'Tlabels', type: AttributeType.type, value: DataType.int32 }],
        [inputs.logits, inputs.labels],
        2,
      ),
  },
  {
    kernelName: DENSE,
    kernelFunc: ({ inputs, backend }: Arguments) =>
      (backend as KernelBackend).executeMultipleOutputs(
        'SoftmaxCrossEntropyWithLogits',
        [FLOAT],
        [inputs.logits, inputs.labels],
        2,
      ),
  },
];

export const crossEntropyGradients: tf.GradConfig[] = [SPARSE, DENSE].map((kernelName) => ({
  kernelName,
  outputsToSave: [false, true],
  gradFunc: (dys: tf.Tensor | tf.Tensor[], saved: tf.Tensor[]) => ({
    logits: () => tf.mul(tf.expandDims(first(dys as tf.Tensor[]), 1), first(saved)),
    // Labels are data: those that depend on what is differentiated get no gradient.
    labels: () => tf.zerosLike(first(saved)),
  }),
}));

function check(logits: tf.Tensor, labels: tf.Tensor): void {
  const [n, classes] = logits.shape;
  const sparse = labels.rank === 1 && labels.dtype === 'int32' && labels.shape[0] === n;
  const dense = labels.rank === 2 && labels.dtype === 'float32' && labels.shape[0] === n && labels.shape[1] === classes;
  if (logits.rank !== 2 || (!sparse && !dense)) {
    throw new Error(
      `softmaxCrossEntropy takes logits [n, classes] and labels int32 [n] or float32 [n, classes], got [${logits.shape.join(', ')}] and ${labels.dtype} [${labels.shape.join(', ')}]`,
    );
  }
}

/**
 * Cross entropy of each example in nats, float32 `[n]`: `−Σ_c p_c · log softmax(logits)_c`.
 *
 * @param logits float32 `[n, classes]`.
 * @param labels int32 `[n]` of classes, or float32 `[n, classes]` of probabilities. No gradient flows to them.
 * @throws Error when the shapes do not match.
 */
export function softmaxCrossEntropy(logits: tf.Tensor, labels: tf.Tensor): tf.Tensor1D {
  check(logits, labels);
  if (liveBackend() === undefined) return plainSoftmaxCrossEntropy(logits, labels);
  const made = tf.engine().runKernel(labels.rank === 1 ? SPARSE : DENSE, { logits, labels }) as unknown as tf.Tensor[];
  return made[0] as tf.Tensor1D;
}

/** The same from TensorFlow.js' ops: what `softmaxCrossEntropy` is on other backends, and is tested against. */
export function plainSoftmaxCrossEntropy(logits: tf.Tensor, labels: tf.Tensor): tf.Tensor1D {
  check(logits, labels);
  const detached = tf.customGrad((value) => ({
    value: tf.clone(value as tf.Tensor),
    gradFunc: (dy: tf.Tensor) => tf.zerosLike(dy),
  }));
  const target =
    labels.rank === 1
      ? tf.cast(tf.oneHot(labels as tf.Tensor1D, (logits as tf.Tensor2D).shape[1]), 'float32')
      : detached(labels);
  return tf.neg(tf.sum(tf.mul(target, tf.logSoftmax(logits as tf.Tensor2D)), 1)) as tf.Tensor1D;
}
