import * as tf from '@tensorflow/tfjs-core';
import { isHostTensor, type HostTensor } from '../tree.ts';
import { flatten, unflatten, type Structure } from './pytree.ts';

function asTensor(leaf: HostTensor): tf.Tensor {
  // TensorFlow.js reads a Uint8Array as booleans unless told otherwise.
  if (leaf.data instanceof Float32Array) return tf.tensor(leaf.data, [...leaf.shape], 'float32');
  return tf.tensor(Int32Array.from(leaf.data), [...leaf.shape], 'int32');
}

/**
 * Calls `fn` op by op: on another TensorFlow.js backend, or as part of another trace. What comes back are tensors of
 * their own, as from a compiled function, whatever `fn` hands through.
 *
 * @param donates the first argument is state: its tensors come back in the new state, or are disposed.
 */
export function callDirectly(fn: (...args: never[]) => unknown, values: readonly unknown[], donates: boolean): unknown {
  const flat = flatten(values, 'args');
  const donated = new Set<unknown>(donates ? flatten(values[0], 'state').leaves : []);
  const lent = new Set<unknown>(flat.leaves.filter((leaf) => !donated.has(leaf)));
  const taken = new Set<unknown>();
  let structure: Structure | undefined;
  const leaves = tf.tidy(() => {
    const given = flat.leaves.map((leaf) => (isHostTensor(leaf) ? asTensor(leaf) : leaf));
    const returned = flatten(
      (fn as (...args: unknown[]) => unknown)(...(unflatten(flat.structure, given) as unknown[])),
      'the result',
    );
    structure = returned.structure;
    return returned.leaves.map((leaf, i) => {
      if (!(leaf instanceof tf.Tensor))
        throw new Error(`${returned.paths[i]} must be a tensor, since that is what a compiled function returns`);
      if (lent.has(leaf) || taken.has(leaf)) return tf.clone(leaf);
      taken.add(leaf);
      return leaf;
    });
  });
  for (const leaf of donated) {
    if (leaf instanceof tf.Tensor && !taken.has(leaf)) leaf.dispose();
  }
  return unflatten(structure!, leaves);
}
