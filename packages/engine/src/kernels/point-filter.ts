import * as tf from '@tensorflow/tfjs-core';
import type { KernelBackend } from '../backend/backend.ts';
import { isPortable } from '../backend/portable.ts';

/**
 * Whether the gradient of a filter is one that TensorFlow 2.21 may get wrong here: of a strided 1 x 1 filter where the
 * input's channels do not fill the blocks of oneDNN's kernel. That for AVX2 gives a wrong gradient, of some shapes and at
 * some calls, by as much as the gradient itself or more, since it reads lanes that nothing has written. That for AVX-512
 * writes beyond its memory, and the process ends sooner or later (seen with 3, 5, 8 and 12 channels and one image). That
 * for AVX, which was not seen to, is not trusted either. Those for SSE4.1 are right, and so are TensorFlow's own.
 *
 * @param shape of the filter, `[height, width, channels, outputs]`.
 */
export function isWrongPointGradient(
  { binding: { runtime } }: KernelBackend,
  [height, width, channels]: readonly number[],
  [rows, columns]: readonly [number, number],
): boolean {
  const strided = height === 1 && width === 1 && (rows > 1 || columns > 1);
  const block = runtime.oneDnnBlock;
  return strided && block !== undefined && channels! % block !== 0 && !isPortable();
}

/**
 * The pixels that a strided 1 x 1 filter reads: with them alone, its stride is 1.
 *
 * @param x float32 `[n, height, width, channels]`, padded already.
 * @param dy the gradient of the output, `[n, rows, columns, filters]`.
 */
export function readPixels(x: tf.Tensor, dy: tf.Tensor, [down, across]: readonly [number, number]): tf.Tensor {
  const [n, rows, columns] = dy.shape as [number, number, number];
  const [, , , channels] = (x as tf.Tensor4D).shape;
  const end = [n, (rows - 1) * down + 1, (columns - 1) * across + 1, channels];
  return tf.stridedSlice(x, [0, 0, 0, 0], end, [1, down, across, 1]);
}
