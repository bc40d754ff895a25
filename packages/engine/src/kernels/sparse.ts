import * as tf from '@tensorflow/tfjs-core';
import { DataType } from '../binding/dtypes.ts';
import { type } from './attributes.ts';
import { executeWithInt64 } from './int64.ts';
import { inPlainWords } from './worded.ts';
import { kernel, type NamedKernel } from './kernel-call.ts';

function segments(kernelName: string, computed: (data: tf.TensorInfo) => tf.TensorInfo): NamedKernel {
  return kernel<tf.SparseSegmentSumInputs>(kernelName, ({ inputs: { data, indices, segmentIds }, backend }) =>
    tf.tidy(() => {
      const given = computed(data);
      const made = backend.executeSingleOutput(
        kernelName,
        [
          type('T', backend.getDTypeInteger(given.dtype)),
          type('Tidx', DataType.int32),
          type('Tsegmentids', DataType.int32),
        ],
        [given, indices, segmentIds],
      );
      return tf.cast(made, data.dtype);
    }),
  );
}

/**
 * TensorFlow's ops on sparse tensors, given as indices, values and shape, that `@tensorflow/tfjs-node-gpu` 4.22 lacks.
 * The mean of integers is made in float32 and cut to an integer.
 */
export const sparseKernels = inPlainWords(
  [
    kernel<tf.SparseReshapeInputs>(tf.SparseReshape, ({ inputs: { inputIndices, inputShape, newShape }, backend }) =>
      executeWithInt64(
        backend,
        'SparseReshape',
        [],
        [{ int64: inputIndices }, { int64: inputShape }, { int64: newShape }],
        2,
      ),
    ),
    kernel<tf.SparseFillEmptyRowsInputs>(
      tf.SparseFillEmptyRows,
      ({ inputs: { indices, values, denseShape, defaultValue }, backend }) =>
        executeWithInt64(
          backend,
          'SparseFillEmptyRows',
          [type('T', backend.getDTypeInteger(values.dtype))],
          [{ int64: indices }, values, { int64: denseShape }, defaultValue],
          4,
        ),
    ),
    segments(tf.SparseSegmentSum, (data) => data),
    segments(tf.SparseSegmentMean, (data) => tf.cast(data as tf.Tensor, 'float32')),
  ],
  [
    [/'segment_ids' input/, () => 'segmentIds input'],
    // TensorFlow says the same of a row below 0 as of one that is too large.
    [/^(indices\(\d+, 0\) is invalid: -\d+) >= \d+/, (_, said) => `${said} < 0`],
  ],
);
