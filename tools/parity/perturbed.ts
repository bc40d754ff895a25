import type { Variables } from '@spatial-ensemble/nn';
import { normal, type Key } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';
import type { SubjectState } from './subject.ts';

/**
 * Residual branches that end in norms near 0, as many recipes start. With norms near 1 each block magnifies what was
 * rounded before it: PyTorch's own float32 is then 3e-5 from its float64 at the end of a ResNet-50.
 */
export const WELL_CONDITIONED = { zeroInitResidual: true } as const;

/**
 * A first state in which norms, biases and running statistics are not all 0 and 1, so that one in another's place shows.
 * The state is disposed.
 */
export function perturbed(state: SubjectState, key: Key): SubjectState {
  const shaken = (who: string, { params, buffers }: Variables): Variables => {
    const shake = (tensors: Variables['params'], positive: boolean): Variables['params'] =>
      Object.fromEntries(
        Object.entries(tensors).map(([name, old]) => {
          const noise = normal(key.fold(who).fold(name), old.size);
          const offset = tf.tensor(noise.map((value) => 0.1 * value), [...old.shape]); // prettier-ignore
          return [name, old.rank > 1 ? tf.clone(old) : positive ? tf.mul(old, tf.exp(offset)) : tf.add(old, offset)];
        }),
      );
    const [means, variances] = [
      Object.fromEntries(Object.entries(buffers).filter(([name]) => !name.endsWith('variance'))),
      Object.fromEntries(Object.entries(buffers).filter(([name]) => name.endsWith('variance'))),
    ];
    return { params: shake(params, false), buffers: { ...shake(means, false), ...shake(variances, true) } };
  };
  const next = tf.tidy(() => {
    const pair = [shaken('student', state.student), ...(state.teacher ? [shaken('teacher', state.teacher)] : [])];
    return pair as unknown as tf.TensorContainer;
  }) as unknown as readonly [Variables, Variables?];
  tf.dispose([state.student, state.teacher] as unknown as tf.TensorContainer);
  const [student, teacher] = next;
  return { ...state, student, ...(teacher && { teacher }) };
}
