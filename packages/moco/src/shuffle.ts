import { keyed } from '@spatial-ensemble/engine';
import type { Key } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';

/** An order drawn for one step, and the way back. */
export interface Shuffle {
  /** Rows of `[n, …]` in the drawn order. */
  there(x: tf.Tensor): tf.Tensor;
  back(x: tf.Tensor): tf.Tensor;
}

/**
 * A keyed shuffle of `n` images, so that a key meets other images in its part of batch norm than its query did (MC
 * moco/builder.py `_batch_shuffle_ddp`).
 */
export function shuffle(key: Key, n: number): Shuffle {
  const order = keyed.permutation(key.fold('shuffle'), n);
  const places = tf.range(0, n, 1, 'int32');
  const inverse = tf.scatterND(tf.reshape(order, [n, 1]), places, [n]) as tf.Tensor1D;
  return { there: (x) => tf.gather(x, order), back: (x) => tf.gather(x, inverse) };
}
