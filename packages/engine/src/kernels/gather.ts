import * as tf from '@tensorflow/tfjs-core';
import type { KernelBackend } from '../backend/backend.ts';
import { AttributeType, DataType } from '../binding/dtypes.ts';
import { int } from './attributes.ts';
import { inOtherWords } from './worded.ts';

interface GatherArguments {
  readonly inputs: { readonly x: tf.Tensor; readonly indices: tf.Tensor };
  readonly backend: unknown;
  readonly attrs: unknown;
}

function gather({ inputs: { x, indices }, backend, attrs }: GatherArguments): tf.TensorInfo {
  const live = backend as KernelBackend;
  const { axis, batchDims } = attrs as { axis: number; batchDims: number };
  // Throws for shapes that do not go together.
  tf.backend_util.segment_util.collectGatherOpShapeInfo(x, indices, axis, batchDims);
  return tf.tidy(() =>
    live.executeSingleOutput(
      'GatherV2',
      [
        int('batch_dims', batchDims),
        { name: 'Tparams', type: AttributeType.type, value: live.getDTypeInteger(x.dtype) },
        { name: 'Tindices', type: AttributeType.type, value: DataType.int32 },
        { name: 'Taxis', type: AttributeType.type, value: DataType.int32 },
      ],
      [x, indices, tf.scalar(axis, 'int32')],
    ),
  );
}

/**
 * Gather that leaves the check of its indices to TensorFlow: `@tensorflow/tfjs-node-gpu` 4.22 reads them back to the
 * host first, which waits for them, and cannot be traced.
 */
export const gatherKernels = inOtherWords(
  [{ kernelName: tf.GatherV2, kernelFunc: gather }],
  [
    [
      /(indices\[[\d,]*\]) = (-?\d+) is not in \[0, (\d+)\)/,
      (_, where, index, size) => `the index value ${index} is not in [0, ${Number(size) - 1}] (${where})`,
    ],
  ],
);
