import { softmaxCrossEntropy } from '@spatial-ensemble/engine';
import * as tf from '@tensorflow/tfjs-core';

/** What a labeller says about the weak views of unlabelled images. */
export interface PseudoLabels {
  /** The most probable class, int32 `[n]`. */
  readonly labels: tf.Tensor1D;
  /** float32 `[n]`: 1 where that class is probable enough to learn from, else 0. */
  readonly accepted: tf.Tensor1D;
}

/**
 * Hard labels and the mask `max softmax(logits) ≥ threshold` (google-research/fixmatch@d4985a15 fixmatch.py).
 *
 * @param logits float32 `[n, classes]` of the weak views, from outside the derivative.
 * @param threshold in [0, 1]; FixMatch's is 0.95.
 */
export function pseudoLabels(logits: tf.Tensor, threshold: number): PseudoLabels {
  const confidence = tf.max(tf.softmax(logits), 1);
  return {
    labels: tf.argMax(logits, 1) as tf.Tensor1D,
    accepted: tf.cast(tf.greaterEqual(confidence, threshold), 'float32') as tf.Tensor1D,
  };
}

/** Mean cross entropy of labelled images: a scalar, in nats. */
export function supervisedLoss(logits: tf.Tensor, labels: tf.Tensor): tf.Scalar {
  return tf.mean(softmaxCrossEntropy(logits, labels));
}

/**
 * Cross entropy of the strong views with the accepted pseudo-labels, in nats: a scalar. The sum is divided by the number
 * of all images and not of the accepted ones, or few and early labels would weigh most
 * (google-research/fixmatch@d4985a15 fixmatch.py: reduce_mean).
 *
 * @param logits float32 `[n, classes]` of the strong views.
 */
export function unsupervisedLoss(logits: tf.Tensor, { labels, accepted }: PseudoLabels): tf.Scalar {
  return tf.mean(tf.mul(accepted, softmaxCrossEntropy(logits, labels)));
}

/** How good pseudo-labels are: shares in [0, 1], as scalars or as what they are the quotient of. */
export interface LabelQuality {
  /** Accepted of all. */
  readonly maskRate: tf.Scalar;
  /** Right of all, accepted or not. */
  readonly pseudoLabelAccuracy: tf.Scalar;
  /** Right of the accepted, whose number changes from step to step. */
  readonly acceptedAccuracy: { readonly sum: tf.Scalar; readonly count: tf.Scalar };
}

/**
 * Compares pseudo-labels with the true ones, int32 `[n]`, which nothing else may look at.
 *
 * @param known float32 `[n]`: 0 where the true one is not known, and nothing is counted but the mask; absent: all are. A
 *   step in which none is counts 0 right.
 */
export function labelQuality({ labels, accepted }: PseudoLabels, truth: tf.Tensor, known?: tf.Tensor): LabelQuality {
  const right = tf.cast(tf.equal(labels, truth), 'float32');
  if (known !== undefined) {
    const counted = tf.mul(accepted, known);
    return {
      maskRate: tf.mean(accepted),
      pseudoLabelAccuracy: tf.div(tf.sum(tf.mul(known, right)), tf.maximum(1, tf.sum(known))),
      acceptedAccuracy: { sum: tf.sum(tf.mul(counted, right)), count: tf.sum(counted) },
    };
  }
  return {
    maskRate: tf.mean(accepted),
    pseudoLabelAccuracy: tf.mean(right),
    acceptedAccuracy: { sum: tf.sum(tf.mul(accepted, right)), count: tf.sum(accepted) },
  };
}
