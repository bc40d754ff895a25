import * as tf from '@tensorflow/tfjs-core';

/** What pixels of 0 to 1 are standardised by, a number a channel. */
export interface Standard {
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

/** ImageNet's, as torchvision's recipes have it. */
export const IMAGENET_STANDARD: Standard = { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] };

/** Bytes `[n, height, width, channels]` as float32, 0 to 1 and then standardised by channel. */
export function standardised(images: tf.Tensor, standard: Standard): tf.Tensor4D {
  return standardisedShares(shares(images), standard);
}

/** Bytes as float32 from 0 to 1. */
export function shares(images: tf.Tensor): tf.Tensor4D {
  return tf.mul(tf.cast(images, 'float32'), 1 / 255);
}

/** Pixels of 0 to 1, standardised by channel. */
export function standardisedShares(images: tf.Tensor4D, { mean, deviation }: Standard): tf.Tensor4D {
  return tf.div(tf.sub(images, tf.tensor1d([...mean])), tf.tensor1d([...deviation]));
}
