import * as tf from '@tensorflow/tfjs-core';

/** What pixels of 0 to 1 are standardised by, a number a channel. */
export interface Standard {
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

/** ImageNet's, as torchvision's recipes have it. */
export const IMAGENET_STANDARD: Standard = { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] };

/** Bytes `[n, height, width, channels]` as float32, 0 to 1 and then standardised by channel. */
export function standardised(images: tf.Tensor, { mean, deviation }: Standard): tf.Tensor4D {
  const share = tf.mul(tf.cast(images, 'float32'), 1 / 255);
  return tf.div(tf.sub(share, tf.tensor1d([...mean])), tf.tensor1d([...deviation])) as tf.Tensor4D;
}
