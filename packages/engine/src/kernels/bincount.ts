import * as tf from '@tensorflow/tfjs-core';
import { DataType } from '../binding/dtypes.ts';
import { bool, type } from './attributes.ts';
import { kernel } from './kernel-call.ts';

/** How often each number occurs in a vector, or in each row of a matrix; `@tensorflow/tfjs-node-gpu` 4.22 lacks it. */
export const bincountKernels = [
  kernel<tf.DenseBincountInputs, tf.DenseBincountAttrs>(
    tf.DenseBincount,
    ({ inputs: { x, weights }, backend, attrs: { size, binaryOutput = false } }) =>
      tf.tidy(() =>
        backend.executeSingleOutput(
          'DenseBincount',
          [
            type('Tidx', DataType.int32),
            type('T', backend.getDTypeInteger(weights.dtype)),
            bool('binary_output', binaryOutput),
          ],
          [x, tf.scalar(size, 'int32'), weights],
        ),
      ),
  ),
];
