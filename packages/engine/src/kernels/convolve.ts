import * as tf from '@tensorflow/tfjs-core';

/** Rows and columns added on each side: `[[0, 0], [top, bottom], [left, right], [0, 0]]`. */
export type ExplicitPadding = [[number, number], [number, number], [number, number], [number, number]];

/**
 * How an image is padded: TensorFlow's `same` (as little as keeps ⌈size/stride⌉, the smaller half first), `valid`
 * (nothing), a number (that much on every side, as PyTorch's `padding`), or each side on its own.
 */
export type Padding = 'same' | 'valid' | number | ExplicitPadding;

/**
 * Convolution of images.
 *
 * @param x float32 `[batch, height, width, channels]`.
 * @param filter float32 `[height, width, channels, outputs]`.
 * @throws Error when the shapes do not match, or the window does not fit into the padded image.
 */
export function conv2d(
  x: tf.Tensor,
  filter: tf.Tensor,
  strides: number | [number, number],
  padding: Padding,
): tf.Tensor4D {
  return tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, strides, padding);
}

/** Largest value of each window; padding never wins. `x` is float32 `[batch, height, width, channels]`. */
export function maxPool(
  x: tf.Tensor,
  size: number | [number, number],
  strides: number | [number, number],
  padding: Padding,
): tf.Tensor4D {
  return tf.maxPool(x as tf.Tensor4D, size, strides, padding);
}
