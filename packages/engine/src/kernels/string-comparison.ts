import * as tf from '@tensorflow/tfjs-core';
import type { KernelBackend } from '../backend/backend.ts';
import { type } from './attributes.ts';
import { kernel } from './kernel-call.ts';

function decoded(backend: KernelBackend, x: tf.TensorInfo): string[] {
  return (backend.readSync(x.dataId) as (Uint8Array | string)[]).map((value) =>
    typeof value === 'string' ? value : tf.util.decodeString(value),
  );
}

/** Each string's place among all that are compared, int32 in the shapes of `a` and `b`: as they compare, so do these. */
function ranks(backend: KernelBackend, a: tf.TensorInfo, b: tf.TensorInfo): [tf.Tensor, tf.Tensor] {
  const [left, right] = [decoded(backend, a), decoded(backend, b)];
  const places = new Map([...new Set([...left, ...right])].sort().map((text, place) => [text, place]));
  const ranked = (texts: string[], { shape }: tf.TensorInfo): tf.Tensor =>
    tf.tensor(
      texts.map((text) => places.get(text)!),
      shape,
      'int32',
    );
  return [ranked(left, a), ranked(right, b)];
}

/** Comparisons, of strings too, which TensorFlow has no kernels for: on the host, by UTF-16 units as JavaScript compares. */
export const stringComparisonKernels = [tf.Greater, tf.GreaterEqual, tf.Less, tf.LessEqual].map((name) =>
  kernel<tf.BinaryInputs>(name, ({ inputs: { a, b }, backend }) => {
    const compare = (x: tf.TensorInfo, y: tf.TensorInfo): tf.Tensor => {
      const dtype = tf.backend_util.upcastType(x.dtype, y.dtype);
      return backend.executeSingleOutput(name, [type('T', backend.getDTypeInteger(dtype))], [x, y]);
    };
    return a.dtype === 'string' && b.dtype === 'string'
      ? tf.tidy(() => compare(...ranks(backend, a, b)))
      : compare(a, b);
  }),
);
