import { kernelsOnly, sgd, wideResNet } from '@spatial-ensemble/nn';
import type { Classified, Metas, Network, Optimiser, Tensors, Variables } from '@spatial-ensemble/nn';
import type { Key } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';
import type { FixMatchSpec } from './spec.ts';

/** All that changes from step to step. */
export interface FixMatchState {
  readonly student: Variables;
  readonly velocity: Tensors;
  /** Absent where the student itself is the teacher (`none`). */
  readonly teacher?: Variables;
}

/** The classifier of a spec; student and teacher are two sets of variables for it. */
export function classifier({ network }: FixMatchSpec): Network<Classified> {
  return wideResNet(network);
}

/** SGD over the parameters of the classifier; kernels alone are decayed (methods.md 3.2). */
export function optimiser({ optimiser: { momentum, nesterov, weightDecay } }: FixMatchSpec, metas: Metas): Optimiser {
  return sgd(metas, { momentum, nesterov, weightDecay, decays: kernelsOnly });
}

/** The state before the first step: the teacher begins as a whole copy of the student. */
export function initialState(spec: FixMatchSpec, key: Key): FixMatchState {
  return tf.tidy(() => {
    const network = classifier(spec);
    const student = network.init(key);
    const velocity = optimiser(spec, network.metas.params).init(student.params);
    return spec.teacher.kind === 'none' ? { student, velocity } : { student, velocity, teacher: copy(student) };
  });
}

function copy({ params, buffers }: Variables): Variables {
  const cloned = (tensors: Tensors): Tensors =>
    Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, tf.clone(tensor)]));
  return { params: cloned(params), buffers: cloned(buffers) };
}

/**
 * Pixels 0 … 255 as float32 in [−1, 1], without standardisation by channel (methods.md 3.2;
 * google-research/fixmatch@d4985a15 libml/data.py).
 */
export function scaled(images: tf.Tensor): tf.Tensor4D {
  return tf.sub(tf.mul(tf.cast(images, 'float32'), 2 / 255), 1) as tf.Tensor4D;
}
