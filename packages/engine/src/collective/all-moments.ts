import * as tf from '@tensorflow/tfjs-core';
import { batchNormInference, batchNormTrain } from '../kernels/batch-norm.ts';
import { collective, thisWorker } from './collective-op.ts';
import { allReduceSum } from './collectives.ts';

/** What `allMoments` gives, float32 `[channels]` each. */
export interface Moments {
  readonly mean: tf.Tensor1D;
  /** Biased: the mean of the squared distances from the mean. */
  readonly variance: tf.Tensor1D;
}

/**
 * Mean and variance of each channel over the rows of all processes, in each of them bit for bit the same: those of one
 * process that had all rows, in another order of summing. In a compiled function too.
 *
 * One exchange forward, of each process's own mean and variance, from which the whole's follow by the parts' rule
 * (`variance = mean of variances + variance of means`; Chan, Golub and LeVeque 1979): no square of what is not centred
 * is ever summed. One backward: differentiable as `allReduceSum`, so that each row has the sum of what all processes derive.
 * Passes over `x` are TensorFlow's fused batch norm, which takes a fraction of the time of the ops that it is made of.
 *
 * @param x float32 `[rows, ..., channels]`, of one shape in all processes
 * @throws Error as `allReduceSum`
 */
export function allMoments(x: tf.Tensor): Moments {
  const channels = x.shape.at(-1);
  if (channels === undefined || x.rank < 2)
    throw new Error(`moments are over [rows, ..., channels], got shape [${x.shape.join(', ')}]`);
  const { workers } = thisWorker();
  const count = (workers * x.size) / channels;
  const both = tf.customGrad((value, save) => {
    const input = value as tf.Tensor;
    const own = batchNormTrain(input, tf.ones([channels]), tf.zeros([channels]), 1);
    const parts = tf.expandDims(tf.stack([own.mean, own.variance]), 0);
    const [means, variances] = tf.unstack(collective('CollectiveGatherV2', parts, [workers, 2, channels]), 1);
    const mean = tf.mean(means!, 0);
    const variance = tf.add(tf.mean(variances!, 0), tf.mean(tf.squaredDifference(means!, mean), 0));
    (save as tf.GradSaveFunc)([input, mean]);
    // (dMean + 2 dVariance (x − mean)) / count.
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor => {
      const [dMean, twiceDVariance] = tf.unstack(tf.mul(allReduceSum(dy), [[1 / count], [2 / count]]));
      return batchNormInference(saved[0]!, saved[1]!, tf.ones([channels]), twiceDVariance!, dMean!, 0);
    };
    return { value: tf.stack([mean, variance]), gradFunc };
  });
  const [mean, variance] = tf.unstack(both(x)) as tf.Tensor1D[];
  return { mean: mean!, variance: variance! };
}
