import { allGather, keyed, ownRows } from '@spatial-ensemble/engine';
import type { Key } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';

/** Keys of a batch in its own order. */
interface Keys {
  /** Those of this process's rows. */
  readonly own: tf.Tensor2D;
  /** Those of all rows, of all processes. */
  readonly all: tf.Tensor2D;
}

/** An order in which a batch passes through the teacher, and the way back. */
export interface Order {
  /** This process's part of the batch in that order, of its rows `[n, …]` of the batch itself. */
  there(x: tf.Tensor): tf.Tensor;
  /** @param keys `[n, d]` of the part that `there` gave */
  back(keys: tf.Tensor2D): Keys;
}

/** The batch as it is. */
export function inOrder(): Order {
  return { there: (x) => x, back: (keys) => ({ own: keys, all: allGather(keys) }) };
}

/**
 * A keyed shuffle of `n` images, so that a key meets other images in its part of batch norm than its query did (MC
 * moco/builder.py `_batch_shuffle_ddp`). The order is one of the whole batch: several processes exchange its images, and
 * each takes its part of the order.
 */
export function shuffle(key: Key, n: number): Order {
  const order = keyed.permutation(key.fold('shuffle'), n);
  const places = tf.range(0, n, 1, 'int32');
  const inverse = tf.scatterND(tf.reshape(order, [n, 1]), places, [n]) as tf.Tensor1D;
  return {
    there: (x) => tf.gather(allGather(x), ownRows(order)),
    back(keys) {
      const all = tf.gather(allGather(keys), inverse) as tf.Tensor2D;
      return { own: ownRows(all), all };
    },
  };
}
