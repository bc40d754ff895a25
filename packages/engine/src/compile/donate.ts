import { Key } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';
import { forbid, type KernelBackend } from '../backend/backend.ts';
import type { Pointer } from '../binding/c-functions.ts';
import { isHostTensor, type Leaf } from '../tree.ts';
import { flatten, type Flat } from './pytree.ts';
import { hostDataType } from './specification.ts';
import { first, zip } from '../lists.ts';

/** The leaves of state: tensors, or host tensors at the beginning. */
export function stateOf(name: string, value: unknown): Flat {
  const flat = flatten(value, 'state');
  const leaves = flat.leaves.map((leaf, i) => {
    if (leaf instanceof Key)
      throw new Error(`${name}: ${flat.paths[i]} is a key; state holds tensors: pass the key as an argument`);
    // Bytes are int32 as soon as they are used.
    return isHostTensor(leaf) && leaf.data instanceof Uint8Array ? { ...leaf, data: Int32Array.from(leaf.data) } : leaf;
  });
  return { ...flat, leaves };
}

/** A state leaf's variable: the tensor's own, or a new one that holds its value. */
export interface Lent {
  readonly resource: Pointer;
  readonly own: boolean;
}

/** How the leaves of state enter a call. */
export interface StateHolding {
  /** @param lentData the data of the leaves before this one */
  lend(backend: KernelBackend, leaf: Exclude<Leaf, Key>, lentData: Set<object>): Lent;
  /** Whether the tensors are taken away, and others come back in their place. */
  readonly givesUp: boolean;
}

/** The state is handed over: its tensors must not be used again. */
export const donation: StateHolding = { lend, givesUp: true };

/** @param lentData the data of the leaves before this one: what comes a second time gets a variable of its own. */
function lend(backend: KernelBackend, leaf: Exclude<Leaf, Key>, lentData: Set<object>): Lent {
  const { store, runtime } = backend.binding;
  if (isHostTensor(leaf)) {
    const dtype = hostDataType(leaf);
    const handle = runtime.fromHost(leaf.shape, dtype, leaf.data);
    try {
      return { resource: store.newVariable(handle, dtype, leaf.shape), own: false };
    } finally {
      runtime.deleteHandle(handle);
    }
  }
  leaf.throwIfDisposed();
  const id = first(backend.getInputTensorIds([leaf]));
  const entry = store.get(id);
  // Another tensor (a reshape, a clone) may share the data; then the variable gets a copy.
  const shared = backend.tensorMap.get(leaf.dataId).refCount > 1 || lentData.has(leaf.dataId);
  lentData.add(leaf.dataId);
  if (entry.kind === 'variable' && !shared) return { resource: entry.resource, own: true };
  return {
    resource: store.withHandles([id], ([handle]) => store.newVariable(handle!, store.dtypeOf(id), leaf.shape)),
    own: false,
  };
}

/** Disposes the tensors of the state that was handed over, so that using one again is an error that says so. */
export function giveUp(backend: KernelBackend, name: string, state: Flat | undefined, lent: readonly Lent[]): void {
  if (state === undefined) return;
  zip(zip(state.leaves, state.paths), lent).forEach(([[leaf, path], { own }]) => {
    if (!(leaf instanceof tf.Tensor) || leaf.isDisposed) return;
    const { dataId } = leaf;
    const record = backend.tensorMap.get(dataId);
    const message = (): string =>
      `donated to ${name}: ${path} was handed over to a step; use the state that the step returned (after a step that failed, go on from the last checkpoint)`;
    if (own) {
      backend.binding.store.release(record.id);
      record.id = -1;
    }
    if (record.refCount === 1) forbid(dataId, message);
    forbid(leaf, message);
    leaf.dispose();
    // TensorFlow.js' own message would be "Tensor is disposed".
    Object.defineProperty(leaf, 'throwIfDisposed', {
      value: () => {
        throw new Error(message());
      },
    });
  });
}
