import { kernelsOnly, sgd, wideResNet } from '@spatial-ensemble/nn';
import type { Classified, Network, Optimiser, Tensors, Variables } from '@spatial-ensemble/nn';
import type { Key } from '@spatial-ensemble/random';
import { teacherOf, type Teacher } from '@spatial-ensemble/teacher';
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

/** SGD over the classifier's parameters; kernels alone are decayed (google-research/fixmatch@d4985a15 fixmatch.py). */
export function optimiserOf({ optimiser, network }: FixMatchSpec): Optimiser<'velocity'> {
  const { momentum, nesterov, weightDecay } = optimiser;
  return sgd(wideResNet(network).metas.params, { momentum, nesterov, weightDecay, decays: kernelsOnly });
}

/** The teacher follows the student that has just learnt (google-research/fixmatch@d4985a15 fixmatch.py). */
export function teacherFor(spec: FixMatchSpec): Teacher {
  return teacherOf(spec.teacher, classifier(spec), 'after-step');
}

/** The state before the first step, of the run's key of initial values. */
export function initialState(spec: FixMatchSpec, key: Key): FixMatchState {
  const student = classifier(spec).init(key.fold('student'));
  const slots = optimiserOf(spec).init(student.params);
  return { student, ...slots, ...teacherFor(spec).first(student, key) };
}

/**
 * Pixels 0 … 255 as float32 in [−1, 1], without standardisation by channel
 * (google-research/fixmatch@d4985a15 libml/data.py).
 */
export function scaled(images: tf.Tensor): tf.Tensor4D {
  return tf.sub(tf.mul(tf.cast(images, 'float32'), 2 / 255), 1) as tf.Tensor4D;
}
