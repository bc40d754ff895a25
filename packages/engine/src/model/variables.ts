import * as tf from '@tensorflow/tfjs-core';
import { zip } from '../lists.ts';

// As it is before a trace forbids it.
const { assign } = tf.Variable.prototype;

/**
 * Runs `use` while each variable holds the given value, and may be assigned others; gives what it returned, and what the
 * variables held at its end. Afterwards they hold what they held before.
 */
export function withValues<T>(
  variables: readonly tf.Variable[],
  values: readonly tf.Tensor[],
  use: () => T,
): { readonly result: T; readonly left: readonly tf.Tensor[] } {
  const engine = tf.engine();
  const before = variables.map(({ dataId }) => dataId);
  for (const [variable, value] of zip(variables, values)) {
    variable.dataId = value.dataId;
    engine.incRef(variable, null as never);
    variable.assign = assign;
  }
  try {
    const result = use();
    return { result, left: variables.map((variable) => tf.clone(variable as tf.Tensor)) };
  } finally {
    for (const [variable, dataId] of zip(variables, before)) {
      engine.disposeTensor(variable);
      variable.dataId = dataId;
      delete (variable as Partial<tf.Variable>).assign;
    }
  }
}
