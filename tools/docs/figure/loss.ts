import type { Tensors } from '@spatial-ensemble/smoothing';
import * as tf from '@tensorflow/tfjs-core';
import { forward } from './network.ts';

/** What one step learns from. */
export interface Batch {
  /** float32 `[n, 2]`, with `classes`, int32 `[n]`. */
  readonly labelled: tf.Tensor2D;
  readonly classes: tf.Tensor1D;
  /** float32 `[u, 2]`: the same points, as the teacher sees them and as the student does. */
  readonly weak: tf.Tensor2D;
  readonly strong: tf.Tensor2D;
  /** All of them, to be disposed of. */
  readonly tensors: tf.Tensor[];
}

/** What the teacher says of the weak views. */
export interface PseudoLabels {
  /** int32 `[u]` */
  readonly classes: tf.Tensor1D;
  /** float32 `[u]`: 1 where the teacher is sure enough, else 0. */
  readonly accepted: tf.Tensor1D;
}

/** Least probability of an accepted label. */
const THRESHOLD = 0.9;

/** FixMatch's: the most probable class, where it is probable enough. Without a teacher none is accepted. */
export function pseudoLabels(teacher: Tensors | undefined, { weak }: Batch): PseudoLabels {
  if (teacher === undefined) {
    const [count] = weak.shape;
    return { classes: tf.zeros([count], 'int32'), accepted: tf.zeros([count]) };
  }
  const probabilities = tf.softmax(forward(teacher, weak));
  return {
    classes: tf.argMax(probabilities, 1) as tf.Tensor1D,
    accepted: tf.cast(tf.greaterEqual(tf.max(probabilities, 1), THRESHOLD), 'float32') as tf.Tensor1D,
  };
}

/** Cross entropy of the labelled points, plus that of the strong views with the accepted labels, over all of them. */
export function loss(student: Tensors, batch: Batch, { classes, accepted }: PseudoLabels): tf.Scalar {
  const told = tf.mean(crossEntropy(forward(student, batch.labelled), batch.classes));
  return tf.add(told, tf.mean(tf.mul(accepted, crossEntropy(forward(student, batch.strong), classes))));
}

/** @returns float32 `[n]` */
function crossEntropy(logits: tf.Tensor2D, classes: tf.Tensor1D): tf.Tensor1D {
  return tf.neg(tf.sum(tf.mul(tf.oneHot(classes, 2), tf.logSoftmax(logits)), 1)) as tf.Tensor1D;
}
