import type * as tf from '@tensorflow/tfjs-core';
import type { KernelBackend } from '../backend/backend.ts';
import type { Attribute } from '../binding/attributes.ts';
import { DataType } from '../binding/dtypes.ts';
import { bool, type } from './attributes.ts';

/** An input of an op; `int64` and `uint8` mark one of int32 that the op takes as such. */
export type WideInput = tf.TensorInfo | { readonly int64: tf.TensorInfo } | { readonly uint8: tf.TensorInfo };

/**
 * Executes an op whose indices and sizes are int64, a type that TensorFlow.js lacks, as it does uint8: inputs are widened
 * or narrowed, and outputs of int64 become int32.
 *
 * @returns the outputs in the op's order
 */
export function executeWithInt64(
  backend: KernelBackend,
  name: string,
  attributes: readonly Attribute[],
  inputs: readonly WideInput[],
  outputs: number,
): tf.Tensor[] {
  const { binding } = backend;
  const wide: number[] = [];
  const cast = (id: number, from: number, to: number): number =>
    binding.executeOp('Cast', [type('SrcT', from), type('DstT', to), bool('Truncate', false)], [id], 1)[0]!.id;
  try {
    const ids = inputs.map((input) => {
      if (!('int64' in input || 'uint8' in input)) return backend.getInputTensorIds([input])[0]!;
      const [given, to] = 'int64' in input ? [input.int64, DataType.int64] : [input.uint8, DataType.uint8];
      const id = cast(backend.getInputTensorIds([given])[0]!, DataType.int32, to);
      wide.push(id);
      return id;
    });
    return binding.executeOp(name, [...attributes], ids, outputs).map((made) => {
      if (made.dtype !== DataType.int64) return backend.createOutputTensor(made);
      wide.push(made.id);
      const id = cast(made.id, DataType.int64, DataType.int32);
      return backend.createOutputTensor({ ...made, id, dtype: DataType.int32 });
    });
  } finally {
    for (const id of wide) binding.deleteTensor(id);
  }
}
