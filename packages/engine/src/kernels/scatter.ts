import * as tf from '@tensorflow/tfjs-core';
import { DataType } from '../binding/dtypes.ts';
import { type } from './attributes.ts';
import { kernel } from './kernel-call.ts';

/**
 * Values added up at places of a tensor of zeros. TensorFlow.js takes a vector of places too, which to TensorFlow is one
 * place of many coordinates: it becomes a column.
 */
export const scatterKernels = [
  kernel<tf.ScatterNdInputs, tf.ScatterNdAttrs>(
    tf.ScatterNd,
    ({ inputs: { indices, updates }, backend, attrs: { shape } }) =>
      tf.tidy(() =>
        backend.executeSingleOutput(
          'ScatterNd',
          [type('T', backend.getDTypeInteger(updates.dtype)), type('Tindices', DataType.int32)],
          [
            indices.shape.length === 1 ? tf.reshape(indices as tf.Tensor, [-1, 1]) : indices,
            updates,
            tf.tensor1d(shape, 'int32'),
          ],
        ),
      ),
  ),
];
