import * as tf from '@tensorflow/tfjs-core';
import { isHostTensor, type HostTensor } from '../tree.ts';
import { flatten, unflatten, type Structure } from './pytree.ts';

function asTensor(leaf: HostTensor): tf.Tensor {
  // TensorFlow.js reads a Uint8Array as booleans unless told otherwise.
  if (leaf.data instanceof Float32Array) return tf.tensor(leaf.data, [...leaf.shape], 'float32');
  return tf.tensor(Int32Array.from(leaf.data), [...leaf.shape], 'int32');
}

/**
 * Calls `fn` op by op: on another TensorFlow.js backend, or as part of another trace.
 *
 * @param donates dispose the tensors of the first argument that do not come back in the new state.
 */
export function callDirectly(fn: (...args: never[]) => unknown, values: readonly unknown[], donates: boolean): unknown {
  const flat = flatten(values, 'args');
  let structure: Structure | undefined;
  const leaves = tf.tidy(() => {
    const given = flat.leaves.map((leaf) => (isHostTensor(leaf) ? asTensor(leaf) : leaf));
    const returned = flatten((fn as (...args: unknown[]) => unknown)(...(unflatten(flat.structure, given) as unknown[])), 'the result');
    structure = returned.structure;
    return returned.leaves as tf.Tensor[];
  });
  const output = unflatten(structure!, leaves);
  if (donates) {
    const alive = new Set(flatten((output as unknown[])[0], 'state').leaves);
    for (const leaf of flatten(values[0], 'state').leaves) {
      if (leaf instanceof tf.Tensor && !alive.has(leaf) && !leaf.isDisposed) leaf.dispose();
    }
  }
  return output;
}
