import { flattenTree, unflattenTree } from '@spatial-ensemble/engine';
import * as tf from '@tensorflow/tfjs-core';
import type { State, Trainable, Variables } from '../method.ts';
import type { HostArrays } from './port.ts';

/** Values that variables of the first state take, by their names in student and teacher; the others keep theirs. */
export interface Initial {
  readonly student: HostArrays;
  readonly teacher: HostArrays;
}

/**
 * A first state in which student and teacher have other values. The tensors whose place is taken are disposed of.
 *
 * @throws Error where a value has another shape than its variable
 */
export function withInitial(trainable: Trainable, state: State, initial: Initial | undefined): State {
  if (initial === undefined) return state;
  const values = new Map<unknown, tf.Tensor>();
  // The student's come last: where it teaches itself, its tensors are both.
  for (const whose of ['teacher', 'student'] as const)
    for (const [name, tensor] of Object.entries(all(trainable[whose](state)))) {
      const value = initial[whose].get(name);
      if (value === undefined) continue;
      if (value.shape.join() !== tensor.shape.join())
        throw new Error(`${name} has shape [${tensor.shape.join(', ')}], not [${value.shape.join(', ')}]`);
      values.get(tensor)?.dispose();
      values.set(tensor, tf.tensor(value.data, [...value.shape], 'float32'));
    }
  const { leaves, structure } = flattenTree(state, 'state');
  const next = leaves.map((leaf) => values.get(leaf) ?? leaf);
  tf.dispose([...values.keys()] as tf.Tensor[]);
  return unflattenTree(structure, next) as State;
}

function all({ params, buffers }: Variables): { readonly [name: string]: tf.Tensor } {
  return { ...params, ...buffers };
}
