import * as tf from '@tensorflow/tfjs-core';
import { DataType } from '../binding/dtypes.ts';
import { type } from './attributes.ts';
import { kernel } from './kernel-call.ts';

/** Where values go in sorted rows, by TensorFlow's `LowerBound` and `UpperBound`. */
export const searchSortedKernels = [
  kernel<tf.SearchSortedInputs, tf.SearchSortedAttrs>(
    tf.SearchSorted,
    ({ inputs: { sortedSequence, values }, backend, attrs: { side } }) =>
      backend.executeSingleOutput(
        side === 'left' ? 'LowerBound' : 'UpperBound',
        [type('T', backend.getDTypeInteger(sortedSequence.dtype)), type('out_type', DataType.int32)],
        [sortedSequence, values],
      ),
  ),
];
