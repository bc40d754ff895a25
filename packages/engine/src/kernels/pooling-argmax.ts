import * as tf from '@tensorflow/tfjs-core';
import { DataType } from '../binding/dtypes.ts';
import { bool, ints, text, type } from './attributes.ts';
import { kernel } from './kernel-call.ts';

/**
 * Max pooling with the place of each maximum, flattened as TensorFlow flattens it. TensorFlow's op has no padding by
 * number.
 */
export const poolingArgmaxKernels = [
  kernel<tf.MaxPoolWithArgmaxInputs, tf.MaxPoolWithArgmaxAttrs>(
    tf.MaxPoolWithArgmax,
    ({ inputs: { x }, backend, attrs: { filterSize, strides, pad, includeBatchInIndex } }) => {
      const info = tf.backend_util.computePool2DInfo(
        x.shape as [number, number, number, number],
        filterSize,
        strides,
        [1, 1],
        pad,
      );
      const { type: padding } = info.padInfo;
      if (padding !== 'SAME' && padding !== 'VALID')
        throw new Error(
          `maxPoolWithArgmax: pad is 'same' or 'valid' on TensorFlow, got ${String(pad)}: pad with tf.pad first`,
        );
      // TensorFlow.js' other backends look past what is not a number.
      return tf.tidy(() =>
        backend.executeMultipleOutputs(
          'MaxPoolWithArgmax',
          [
            type('T', backend.getDTypeInteger(x.dtype)),
            type('Targmax', DataType.int32),
            ints('ksize', [1, info.filterHeight, info.filterWidth, 1]),
            ints('strides', [1, info.strideHeight, info.strideWidth, 1]),
            text('padding', padding),
            bool('include_batch_in_index', includeBatchInIndex),
          ],
          [tf.where(tf.isNaN(x as tf.Tensor), -Infinity, x as tf.Tensor)],
          2,
        ),
      );
    },
  ),
];
