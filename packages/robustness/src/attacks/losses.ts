import { softmaxCrossEntropy, valueAndGrad } from '@spatial-ensemble/engine';
import { stopGradient } from '@spatial-ensemble/nn';
import * as tf from '@tensorflow/tfjs-core';

/** Logits `[n, classes]` of images `[n, height, width, channels]` whose pixels are 0 to 1, in evaluation mode. */
export type Logits = (images: tf.Tensor4D) => tf.Tensor2D;

/** What an attack makes large, a number an image: of logits `[n, classes]` and labels int32 `[n]`. */
export type Loss = (logits: tf.Tensor2D, labels: tf.Tensor1D) => tf.Tensor1D;

/** Cross entropy. */
export const crossEntropy: Loss = (logits, labels) => softmaxCrossEntropy(logits, labels) as tf.Tensor1D;

/**
 * The difference of logits ratio of Croce & Hein 2020, equation 6: −(z_y − max_{i ≠ y} z_i) / (z_1st − z_3rd), which no
 * scale of the logits changes. It needs three classes.
 */
export const logitsRatio: Loss = (logits, labels) => {
  const [, classes] = logits.shape;
  if (classes < 3) throw new Error(`the ratio of logits looks at three classes, and there are ${classes}: take 'ce'`);
  // Which are the first three is data; the gradient is that of their values.
  const { indices } = tf.topk(stopGradient(logits), 3);
  const each = tf.cast(tf.oneHot(indices as tf.Tensor2D, classes), 'float32');
  const top = tf.sum(tf.mul(tf.expandDims(logits, 1), each), 2);
  const [first, second, third] = tf.split(top, 3, 1).map((column) => tf.squeeze(column, [1])) as [
    tf.Tensor1D,
    tf.Tensor1D,
    tf.Tensor1D,
  ];
  const [right] = tf.split(indices, 3, 1).map((column) => tf.equal(tf.squeeze(column, [1]), labels)) as [tf.Tensor1D];
  const other = tf.where(right, second, first);
  return tf.neg(tf.div(tf.sub(ofLabels(logits, labels), other), tf.add(tf.sub(first, third), 1e-12))) as tf.Tensor1D;
};

/** z_y − max_{i ≠ y} z_i, a number an image: at most 0 where another class is as probable. */
export const margin: Loss = (logits, labels) => {
  const own = tf.oneHot(labels, logits.shape[1]);
  return tf.sub(ofLabels(logits, labels), tf.max(tf.where(tf.cast(own, 'bool'), -1e30, logits), 1)) as tf.Tensor1D;
};

function ofLabels(logits: tf.Tensor2D, labels: tf.Tensor1D): tf.Tensor1D {
  return tf.sum(tf.mul(logits, tf.cast(tf.oneHot(labels, logits.shape[1]), 'float32')), 1);
}

/** What an image loses, and in which direction more. */
export interface Slope {
  /** `[n]` */
  readonly loss: tf.Tensor1D;
  /** Of each image's own loss, of the images' shape. */
  readonly gradient: tf.Tensor4D;
  /** `[n, classes]` */
  readonly logits: tf.Tensor2D;
}

/** The loss of each image and its gradient: of the sum over a batch, in which no image knows another one. */
export function slopeOf(loss: Loss, logitsOf: Logits, images: tf.Tensor4D, labels: tf.Tensor1D): Slope {
  const { aux, grads } = valueAndGrad((x: tf.Tensor4D) => {
    const logits = logitsOf(x);
    const each = loss(logits, labels);
    return { loss: tf.sum(each) as tf.Scalar, aux: { loss: each, logits } };
  })(images);
  return { ...aux, gradient: grads };
}

/** Whether an image's most probable class is its label, bool `[n]`. */
export function isRight(logits: tf.Tensor2D, labels: tf.Tensor1D): tf.Tensor1D {
  return tf.equal(tf.argMax(logits, 1), labels);
}
