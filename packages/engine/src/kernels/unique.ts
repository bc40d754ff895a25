import * as tf from '@tensorflow/tfjs-core';
import { DataType } from '../binding/dtypes.ts';
import { type } from './attributes.ts';
import { kernel, type KernelCall } from './kernel-call.ts';

type UniqueCall = KernelCall<{ readonly x: tf.TensorInfo }, { readonly axis?: number }>;

/**
 * Different values along an axis, and which of them stands where. TensorFlow takes each NaN for a value of its own;
 * TensorFlow.js' other backends take all of them for one, and so do numbers' bits, once all NaN have the same.
 */
export const uniqueKernels = [
  kernel(tf.Unique, ({ inputs: { x }, backend, attrs: { axis = 0 } }: UniqueCall) => {
    const unique = (values: tf.TensorInfo): tf.Tensor[] => {
      const given = type('T', backend.getDTypeInteger(values.dtype));
      const attributes = [given, type('Taxis', DataType.int32), type('out_idx', DataType.int32)];
      return backend.executeMultipleOutputs('UniqueV2', attributes, [values, tf.tensor1d([axis], 'int32')], 2);
    };
    const cast = (values: tf.TensorInfo, from: number, to: number): tf.Tensor =>
      backend.executeSingleOutput('Bitcast', [type('T', from), type('type', to)], [values]);
    return tf.tidy(() => {
      if (x.dtype !== 'float32') return unique(x);
      const numbers = x as tf.Tensor;
      // Adding 0 makes one zero of both.
      const canonical = tf.where(tf.isNaN(numbers), NaN, tf.add(numbers, 0));
      const [bits, indices] = unique(cast(canonical, DataType.float32, DataType.int32));
      return [cast(bits!, DataType.int32, DataType.float32), indices!];
    });
  }),
];
