import * as tf from '@tensorflow/tfjs-core';
import type { KernelBackend } from '../backend/backend.ts';
import { isPortable } from '../backend/portable.ts';

/** Rows and columns from one value of a filter to the next; 1 and 1 is an ordinary filter. */
export type Dilation = readonly [rows: number, columns: number];

/**
 * Whether TensorFlow lacks kernels with this dilation here: gradients of convolutions, and depthwise convolutions. On the
 * processor only oneDNN has them ("Current CPU implementations do not yet support dilation rates larger than 1").
 */
export function lacksDilation({ binding: { runtime } }: KernelBackend, [rows, columns]: Dilation): boolean {
  return (rows > 1 || columns > 1) && runtime.device.type === 'CPU' && !runtime.oneDNN && !isPortable();
}

/** The size of a filter with its gaps. */
function spreadSize(size: number, step: number): number {
  return (size - 1) * step + 1;
}

/** The shape of a filter `[height, width, channels, outputs]` with its gaps. */
export function spreadShape(
  [height, width, channels, outputs]: readonly [number, number, number, number],
  [rows, columns]: Dilation,
): [number, number, number, number] {
  return [spreadSize(height, rows), spreadSize(width, columns), channels, outputs];
}

/** A filter with its gaps written out as zeros: an ordinary convolution with it is the dilated one. */
export function spreadFilter(filter: tf.Tensor4D, dilation: Dilation): tf.Tensor4D {
  const [height, width, channels, outputs] = filter.shape;
  const [rows, columns] = dilation;
  return tf.tidy(() => {
    const apart = tf.pad(tf.reshape(filter, [height, 1, width, 1, channels * outputs]), [
      [0, 0],
      [0, rows - 1],
      [0, 0],
      [0, columns - 1],
      [0, 0],
    ]);
    const wide = tf.reshape(apart, [height * rows, width * columns, channels, outputs]);
    return tf.slice(wide, [0, 0, 0, 0], spreadShape(filter.shape, dilation)) as tf.Tensor4D;
  });
}

/** The values of a filter with gaps that belong to the filter without. */
export function gatherFilter(wide: tf.Tensor, [rows, columns]: Dilation): tf.Tensor {
  return tf.stridedSlice(wide, [0, 0, 0, 0], wide.shape, [rows, columns, 1, 1]);
}
