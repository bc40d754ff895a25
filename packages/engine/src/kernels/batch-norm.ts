import * as tf from '@tensorflow/tfjs-core';
import type { KernelBackend } from '../backend/backend.ts';
import { liveBackend } from '../backend/live-backend.ts';
import { AttributeType, DataType } from '../binding/dtypes.ts';
import { bool, float, FLOAT, NHWC } from './attributes.ts';
import { first } from '../lists.ts';

const TRAIN = 'BatchNormTrain';
const GRAD = 'BatchNormGrad';

const STATISTICS = { name: 'U', type: AttributeType.type, value: DataType.float32 };

/** What batch norm over the statistics of its own batch gives. */
export interface BatchNormResult {
  /** As `x`. */
  readonly y: tf.Tensor;
  /** Mean of each channel over this batch, `[channels]`; no gradient flows through it. */
  readonly mean: tf.Tensor1D;
  /** Biased variance of each channel over this batch, `[channels]`; no gradient flows through it. */
  readonly variance: tf.Tensor1D;
}

/** FusedBatchNormV3 forward, and its gradient, as one op each. */
export const batchNormKernels = [
  {
    kernelName: TRAIN,
    kernelFunc: ({
      inputs,
      backend,
      attrs,
    }: {
      inputs: { x: tf.Tensor; gamma: tf.Tensor; beta: tf.Tensor };
      backend: unknown;
      attrs: unknown;
    }) => {
      const empty = tf.tensor1d([], 'float32');
      try {
        const attributes = [
          FLOAT,
          STATISTICS,
          float('epsilon', (attrs as { epsilon: number }).epsilon),
          bool('is_training', true),
          NHWC,
        ];
        return (backend as KernelBackend).executeMultipleOutputs(
          'FusedBatchNormV3',
          attributes,
          [inputs.x, inputs.gamma, inputs.beta, empty, empty],
          6,
        );
      } finally {
        empty.dispose();
      }
    },
  },
  {
    kernelName: GRAD,
    kernelFunc: ({
      inputs,
      backend,
      attrs,
    }: {
      inputs: { dy: tf.Tensor; x: tf.Tensor; gamma: tf.Tensor; first: tf.Tensor; second: tf.Tensor; third: tf.Tensor };
      backend: unknown;
      attrs: unknown;
    }) => {
      const { epsilon, training } = attrs as { epsilon: number; training: boolean };
      const attributes = [FLOAT, STATISTICS, float('epsilon', epsilon), bool('is_training', training), NHWC];
      const made = (backend as KernelBackend).executeMultipleOutputs(
        'FusedBatchNormGradV3',
        attributes,
        [inputs.dy, inputs.x, inputs.gamma, inputs.first, inputs.second, inputs.third],
        5,
      );
      for (const reserve of made.slice(3)) reserve.dispose();
      return made.slice(0, 3);
    },
  },
];

type GradOutputs = [tf.Tensor, tf.Tensor, tf.Tensor];

/**
 * The three gradients come from one op. It runs when the gradient function is called and not when an input's gradient
 * is asked for: TensorFlow.js asks for each in a scope of its own, at whose end the others would be gone.
 */
function fusedGrad(inputs: Record<string, tf.Tensor>, attrs: Record<string, number | boolean>): GradOutputs {
  return tf.engine().runKernel(GRAD, inputs, attrs) as unknown as GradOutputs;
}

export const batchNormGradients: tf.GradConfig[] = [
  {
    kernelName: TRAIN,
    inputsToSave: ['x', 'gamma'],
    outputsToSave: [false, false, false, true, true, true],
    gradFunc: (dys, saved, attrs) => {
      const [x, gamma, mean, variance, third] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
      const { epsilon } = attrs as unknown as { epsilon: number };
      const [dx, dGamma, dBeta] = fusedGrad(
        { dy: first(dys as tf.Tensor[]), x, gamma, first: mean, second: variance, third },
        { epsilon, training: true },
      );
      return { x: () => dx, gamma: () => dGamma, beta: () => dBeta };
    },
  },
];

function channelsLast(x: tf.Tensor): tf.Tensor4D {
  const channels = x.shape.at(-1)!;
  return tf.reshape(
    x,
    x.rank === 4 ? (x.shape as [number, number, number, number]) : [x.size / channels, 1, 1, channels],
  );
}

function checkChannels(x: tf.Tensor, vectors: { readonly [name: string]: tf.Tensor }): void {
  if (x.rank < 2) throw new Error(`batch norm takes [batch, ..., channels], got shape [${x.shape.join(', ')}]`);
  for (const [name, vector] of Object.entries(vectors)) {
    if (vector.rank !== 1 || vector.shape[0] !== x.shape.at(-1))
      throw new Error(`batch norm's ${name} must have shape [${x.shape.at(-1)}], got [${vector.shape.join(', ')}]`);
  }
}

/**
 * Batch norm in training: normalises by the mean and biased variance of the batch, `γ(x − μ)/√(v + ε) + β`, over all
 * axes but the last. One TensorFlow op forward and one backward.
 *
 * @param x float32 `[batch, ..., channels]`.
 * @param gamma float32 `[channels]`; `beta` likewise.
 * @throws Error when the shapes do not match.
 */
export function batchNormTrain(x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor, epsilon: number): BatchNormResult {
  checkChannels(x, { gamma, beta });
  if (liveBackend() === undefined) return plainBatchNormTrain(x, gamma, beta, epsilon);
  const flat = channelsLast(x);
  const [y, mean, unbiased] = tf.engine().runKernel(TRAIN, { x: flat, gamma, beta }, { epsilon }) as unknown as [
    tf.Tensor,
    tf.Tensor1D,
    tf.Tensor1D,
  ];
  const n = x.size / x.shape.at(-1)!;
  // TensorFlow gives the unbiased variance here.
  return {
    y: tf.reshape(y, x.shape),
    mean,
    variance: tf.mul(unbiased, Math.max(1, n - 1) / n),
  };
}

/** The same from TensorFlow.js' ops: what `batchNormTrain` is on other backends, and is tested against. */
export function plainBatchNormTrain(x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor, epsilon: number): BatchNormResult {
  const axes = x.shape.slice(0, -1).map((_, axis) => axis);
  const { mean, variance } = tf.moments(x, axes);
  const normal = tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, epsilon)));
  return { y: tf.add(tf.mul(normal, gamma), beta), mean: mean as tf.Tensor1D, variance: variance as tf.Tensor1D };
}

/**
 * Batch norm with given statistics, as in evaluation: `γ(x − mean)/√(variance + ε) + β` over the last axis.
 *
 * @param x float32 `[batch, ..., channels]`; the others float32 `[channels]`.
 * @throws Error when the shapes do not match.
 */
export function batchNormInference(
  x: tf.Tensor,
  mean: tf.Tensor,
  variance: tf.Tensor,
  gamma: tf.Tensor,
  beta: tf.Tensor,
  epsilon: number,
): tf.Tensor {
  checkChannels(x, { mean, variance, gamma, beta });
  const y = tf.batchNorm(
    channelsLast(x),
    mean as tf.Tensor1D,
    variance as tf.Tensor1D,
    beta as tf.Tensor1D,
    gamma as tf.Tensor1D,
    epsilon,
  );
  return tf.reshape(y, x.shape);
}

/**
 * The gradient of TensorFlow.js' own `FusedBatchNorm` (evaluation): one op for x, γ and β; those of the statistics
 * follow from them.
 */
export function inferenceGradient(plain: tf.GradConfig): tf.GradConfig {
  return {
    kernelName: tf.FusedBatchNorm,
    inputsToSave: ['x', 'mean', 'variance', 'scale'],
    gradFunc: (dy, saved, attrs) => {
      const [x, mean, variance, scale] = saved as [tf.Tensor4D, tf.Tensor, tf.Tensor, tf.Tensor | undefined];
      const { varianceEpsilon } = attrs as unknown as { varianceEpsilon: number };
      if (liveBackend() === undefined || mean.rank !== 1) return plain.gradFunc(dy, saved, attrs);
      const gamma = scale ?? tf.onesLike(mean);
      const empty = tf.tensor1d([], 'float32');
      const [dx, dGamma, dBeta] = fusedGrad(
        { dy: dy as tf.Tensor, x, gamma, first: mean, second: variance, third: empty },
        { epsilon: varianceEpsilon, training: false },
      );
      const scaled = (): tf.Tensor => tf.mul(gamma, tf.rsqrt(tf.add(variance, varianceEpsilon)));
      return {
        x: () => dx,
        mean: () => tf.neg(tf.mul(dBeta, scaled())),
        variance: () => tf.div(tf.mul(tf.mul(dGamma, gamma), -0.5), tf.add(variance, varianceEpsilon)),
        scale: () => dGamma,
        offset: () => dBeta,
      };
    },
  };
}
