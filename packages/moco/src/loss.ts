import { softmaxCrossEntropy } from '@spatial-ensemble/engine';
import * as tf from '@tensorflow/tfjs-core';

/**
 * InfoNCE: cross entropy of the positive key among all keys of the queue, the mean over the batch, in nats
 * (facebookresearch/moco@87e36d39 moco/builder.py). ln(1 + queue) where nothing is told apart.
 *
 * @param queries `[n, d]` at length 1.
 * @param keys `[n, d]` at length 1, the positives; no gradient flows through them.
 * @param queue `[k, d]` at length 1, the negatives.
 */
export function contrastiveLoss(
  queries: tf.Tensor2D,
  keys: tf.Tensor2D,
  queue: tf.Tensor2D,
  temperature: number,
): { readonly loss: tf.Scalar; readonly accuracy: tf.Scalar } {
  const positive = tf.sum(tf.mul(queries, keys), 1, true) as tf.Tensor2D;
  const negative = tf.matMul(queries, queue, false, true);
  const logits = tf.div(tf.concat([positive, negative], 1), temperature) as tf.Tensor2D;
  const first = tf.zeros([queries.shape[0]], 'int32') as tf.Tensor1D;
  return {
    loss: tf.mean(softmaxCrossEntropy(logits, first)) as tf.Scalar,
    accuracy: tf.mean(tf.cast(tf.equal(tf.argMax(logits, 1), first), 'float32')) as tf.Scalar,
  };
}

/** The queue after a step: the new keys in front, the oldest ones gone. The loss does not depend on the order. */
export function enqueue(queue: tf.Tensor2D, keys: tf.Tensor2D): tf.Tensor2D {
  const [size, width] = queue.shape;
  return tf.concat([keys, tf.slice(queue, [0, 0], [size - keys.shape[0], width])]);
}
