import { allReduceSum, thisWorker } from '@spatial-ensemble/engine';
import * as tf from '@tensorflow/tfjs-core';
import type { Place } from './metric-vector.ts';

/** What a step shows of the whole batch, and what its processes wish. */
export interface OverWorkers {
  /** float32 `[n]` */
  readonly metrics: tf.Tensor;
  /** How many processes wish each of it, float32. */
  readonly wished: tf.Tensor;
}

/**
 * What the steps of all processes show, each of its rows, as one: means of numbers, sums of shares. One exchange.
 *
 * @param own float32 `[n]`, as `metricVector` gives it
 * @param wishes float32 vector, 1 for what this process wishes
 */
export function overWorkers(places: readonly Place[], own: tf.Tensor, wishes: tf.Tensor): OverWorkers {
  const { workers } = thisWorker();
  const sums = allReduceSum(tf.concat([own, wishes]));
  const [metrics, wished] = tf.split(sums, [own.size, wishes.size]);
  const divisors = places.flatMap(({ count }) => (count === undefined ? [workers] : [1, 1]));
  // `!`: a split in two.
  return { metrics: tf.div(metrics!, tf.tensor1d(divisors)), wished: wished! };
}
