import * as tf from '@tensorflow/tfjs-core';
import type { KernelBackend } from '../backend/backend.ts';
import { int, text, type } from './attributes.ts';

interface EinsumCall {
  readonly inputs: readonly tf.Tensor[];
  readonly backend: unknown;
  readonly attrs: { readonly equation: string };
}

function einsum({ inputs, backend, attrs: { equation } }: EinsumCall): tf.TensorInfo {
  const live = backend as KernelBackend;
  const tensors = [...inputs];
  const [given = '', output = ''] = equation.replace(/\s/g, '').split('->');
  // TensorFlow makes an axis of one element of it.
  const unknown = [...output].find((label) => !given.includes(label));
  if (unknown !== undefined)
    throw new Error(`Output subscripts contain the label ${unknown} not present in the input subscripts.`);
  return live.executeSingleOutput(
    'Einsum',
    [int('N', tensors.length), text('equation', equation), type('T', live.getDTypeInteger(tensors[0]!.dtype))],
    tensors,
  );
}

/** Einsum that refuses an axis of the output that no input has, as TensorFlow.js' other backends do. */
export const einsumKernels = [{ kernelName: tf.Einsum, kernelFunc: einsum }];
