import * as tf from '@tensorflow/tfjs-core';
import type { KernelBackend } from '../backend/backend.ts';
import { first } from '../lists.ts';
import type { Lent, StateHolding } from './donate.ts';

/**
 * The state stays with variables of TensorFlow.js: what a call leaves is what they hold afterwards. A value that another
 * tensor shares (a clone, another variable) stays that tensor's.
 */
export const variables: StateHolding = {
  givesUp: false,
  lend(backend, leaf): Lent {
    if (!(leaf instanceof tf.Variable)) throw new Error('state that is updated in place stands in tf.Variables');
    leaf.throwIfDisposed();
    return { resource: ownResource(backend, leaf), own: true };
  },
};

function ownResource(backend: KernelBackend, variable: tf.Variable): Lent['resource'] {
  const { store } = backend.binding;
  const id = first(backend.getInputTensorIds([variable]));
  const entry = store.get(id);
  if (entry.kind === 'variable' && backend.tensorMap.get(variable.dataId).refCount === 1) return entry.resource;
  const shape = [...variable.shape];
  const dtype = store.dtypeOf(id);
  const resource = store.withHandles([id], ([handle]) => store.newVariable(handle!, dtype, shape));
  const own = backend.createOutputTensor({
    id: store.insert({ kind: 'variable', resource, dtype, shape }),
    shape,
    dtype,
  });
  variable.assign(own);
  own.dispose();
  return resource;
}
