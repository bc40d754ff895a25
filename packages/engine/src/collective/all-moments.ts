import * as tf from '@tensorflow/tfjs-core';
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
 *
 * @param x float32 `[rows, ..., channels]`, of one shape in all processes
 * @throws Error as `allReduceSum`
 */
export function allMoments(x: tf.Tensor): Moments {
  const channels = x.shape.at(-1);
  if (channels === undefined || x.rank < 2)
    throw new Error(`moments are over [rows, ..., channels], got shape [${x.shape.join(', ')}]`);
  const { workers } = thisWorker();
  const axes = x.shape.slice(0, -1).map((_, axis) => axis);
  const count = (workers * x.size) / channels;
  const both = tf.customGrad((value, save) => {
    const input = value as tf.Tensor;
    const own = tf.moments(input, axes);
    const parts = tf.expandDims(tf.stack([own.mean, own.variance]), 0);
    const [means, variances] = tf.unstack(collective('CollectiveGatherV2', parts, [workers, 2, channels]), 1);
    const mean = tf.mean(means!, 0);
    const variance = tf.add(tf.mean(variances!, 0), tf.mean(tf.squaredDifference(means!, mean), 0));
    (save as tf.GradSaveFunc)([input, mean]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor => {
      const [dMean, dVariance] = tf.unstack(allReduceSum(dy));
      const centred = tf.sub(saved[0]!, saved[1]!);
      return tf.div(tf.add(dMean!, tf.mul(tf.mul(2, dVariance!), centred)), count);
    };
    return { value: tf.stack([mean, variance]), gradFunc };
  });
  const [mean, variance] = tf.unstack(both(x)) as tf.Tensor1D[];
  return { mean: mean!, variance: variance! };
}
