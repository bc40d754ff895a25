import {
  allMoments,
  batchNormInference,
  batchNormTrain,
  thisWorker,
  type BatchNormResult,
} from '@spatial-ensemble/engine';
import * as tf from '@tensorflow/tfjs-core';
import { constant, type Initialiser } from '../initialisers.ts';
import { declare, read, type Module } from '../network.ts';
import { perOutput } from '../variables.ts';

export interface BatchNormOptions {
  /** Added to the variance before its root. */
  readonly epsilon: number;
  /**
   * The share of the OLD value in the running statistics, in [0, 1]: TensorFlow's `momentum` and Haiku's
   * `decay_rate`; PyTorch's `momentum` is 1 − decay.
   */
  readonly decay: number;
  /**
   * The variance that enters the running one; a batch is always normalised by its biased variance. `unbiased`
   * (n/(n − 1) times as large): PyTorch's, and that of TensorFlow's fused batch norm, which FixMatch runs.
   * `biased`: Haiku's.
   */
  readonly runningVariance: 'unbiased' | 'biased';
  /**
   * In `train` mode a batch is normalised in so many equal parts, each by its own statistics, as on so many devices
   * without synchronisation; the running statistics take the mean of theirs. Default 1. The batch is that of all processes
   * together, whatever their number: the statistics of one group are exchanged, and several are shared out, each to one
   * process as a whole.
   */
  readonly groups?: number;
}

/**
 * Batch norm over all axes but the last: `γ(x − mean)/√(variance + ε) + β`, with the batch's own statistics in `train`
 * mode and the running ones in `eval` mode. γ starts as 1, β as 0, the running mean as 0 and variance as 1.
 */
export function batchNorm(
  module: string,
  channels: number,
  { epsilon, decay, runningVariance, groups = 1 }: BatchNormOptions,
  initialGamma: Initialiser = constant(1),
): Module {
  const statistic = (name: string, torch: string) => ({ ...perOutput(module, name, channels, torch), buffer: true });
  const gamma = declare(perOutput(module, 'gamma', channels, 'weight'), initialGamma);
  const beta = declare(perOutput(module, 'beta', channels, 'bias'), constant(0));
  const mean = declare(statistic('mean', 'running_mean'), constant(0));
  const variance = declare(statistic('variance', 'running_var'), constant(1));
  return {
    declares: [gamma, beta, mean, variance],
    forward: (pass, x) => {
      const { mode, renewed } = pass;
      const [g, b] = [read(pass, gamma), read(pass, beta)];
      const [oldMean, oldVariance] = [read(pass, mean), read(pass, variance)];
      if (mode === 'eval') return batchNormInference(x, oldMean, oldVariance, g, b, epsilon);
      const { parts, workers } = shareOf(groups);
      const batch =
        workers === 1 ? inGroups(x, parts, (part) => batchNormTrain(part, g, b, epsilon)) : together(x, g, b, epsilon);
      const n = (x.size / channels / parts) * workers;
      const correction = runningVariance === 'unbiased' ? n / Math.max(1, n - 1) : 1;
      renewed[mean.name] = moved(oldMean, batch.mean, decay);
      renewed[variance.name] = moved(
        oldVariance,
        correction === 1 ? batch.variance : tf.mul(batch.variance, correction),
        decay,
      );
      return batch.y;
    },
  };
}

/**
 * How many groups a process normalises, and how many processes normalise each together.
 *
 * @throws Error unless groups are whole in a process, or all are one
 */
function shareOf(groups: number): { readonly parts: number; readonly workers: number } {
  const { workers } = thisWorker();
  if (groups === 1) return { parts: 1, workers };
  if (groups % workers !== 0)
    throw new Error(
      `batch norm in ${groups} groups cannot be shared by ${workers} processes: a group would lie in two of them. Take a number of processes that divides ${groups}`,
    );
  return { parts: groups / workers, workers: 1 };
}

/** By the statistics of all processes' parts of the batch. */
function together(x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor, epsilon: number): BatchNormResult {
  const { mean, variance } = allMoments(x);
  return { y: batchNormInference(x, mean, variance, gamma, beta, epsilon), mean, variance };
}

function inGroups(
  x: tf.Tensor,
  groups: number,
  normalise: (part: tf.Tensor) => BatchNormResult,
): Pick<BatchNormResult, 'y' | 'mean' | 'variance'> {
  if (groups === 1) return normalise(x);
  const [size = 0] = x.shape;
  if (size % groups !== 0) throw new Error(`a batch of ${size} cannot be normalised in ${groups} equal groups`);
  const parts = tf.split(x, groups).map((part) => normalise(part));
  const mean = (values: tf.Tensor1D[]): tf.Tensor1D => tf.div(tf.addN(values), groups);
  return {
    y: tf.concat(parts.map(({ y }) => y)),
    mean: mean(parts.map((part) => part.mean)),
    variance: mean(parts.map(({ variance }) => variance)),
  };
}

/** `decay · old + (1 − decay) · new`, in the form that a compiled step writes in place. */
function moved(old: tf.Tensor, latest: tf.Tensor, decay: number): tf.Tensor {
  return tf.sub(old, tf.mul(1 - decay, tf.sub(old, latest)));
}
