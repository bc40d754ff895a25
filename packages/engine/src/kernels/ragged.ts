import * as tf from '@tensorflow/tfjs-core';
import { DataType } from '../binding/dtypes.ts';
import { int, texts, type } from './attributes.ts';
import { inPlainWords } from './worded.ts';
import { kernel } from './kernel-call.ts';

/** TensorFlow's ops on ragged tensors, given as row splits and values, that `@tensorflow/tfjs-node-gpu` 4.22 lacks. */
export const raggedKernels = inPlainWords(
  [
    kernel<tf.RaggedGatherInputs, tf.RaggedGatherAttrs>(
      tf.RaggedGather,
      ({ inputs: { paramsNestedSplits, paramsDenseValues, indices }, backend, attrs: { outputRaggedRank } }) =>
        backend.executeMultipleOutputs(
          'RaggedGather',
          [
            type('Tvalues', backend.getDTypeInteger(paramsDenseValues.dtype)),
            type('Tindices', DataType.int32),
            type('Tsplits', DataType.int32),
            int('PARAMS_RAGGED_RANK', paramsNestedSplits.length),
            int('OUTPUT_RAGGED_RANK', outputRaggedRank),
          ],
          [...paramsNestedSplits, paramsDenseValues, indices],
          outputRaggedRank + 1,
        ),
    ),
    kernel<tf.RaggedRangeInputs>(tf.RaggedRange, ({ inputs: { starts, limits, deltas }, backend }) =>
      backend.executeMultipleOutputs(
        'RaggedRange',
        [type('T', backend.getDTypeInteger(starts.dtype)), type('Tsplits', DataType.int32)],
        [starts, limits, deltas],
        2,
      ),
    ),
    kernel<tf.RaggedTensorToTensorInputs, tf.RaggedTensorToTensorAttrs>(
      tf.RaggedTensorToTensor,
      ({ inputs: { shape, values, defaultValue, rowPartitionTensors }, backend, attrs: { rowPartitionTypes } }) =>
        backend.executeSingleOutput(
          'RaggedTensorToTensor',
          [
            type('T', backend.getDTypeInteger(values.dtype)),
            type('Tindex', DataType.int32),
            type('Tshape', DataType.int32),
            int('num_row_partition_tensors', rowPartitionTensors.length),
            texts('row_partition_types', rowPartitionTypes),
          ],
          [shape, values, defaultValue, ...rowPartitionTensors],
        ),
    ),
  ],
  [[/^Ragged splits must be sorted\.?$/, () => 'Ragged splits must be sorted in ascending order']],
);
