import { classifier, dense, glorotNormal, kernelsOnly, sgd } from '@spatial-ensemble/nn';
import type {
  Classified,
  Encoder,
  Module,
  Network,
  Optimiser,
  Standard,
  Tensors,
  Variables,
} from '@spatial-ensemble/nn';
import type { Key } from '@spatial-ensemble/random';
import { teacherOf, type Teacher } from '@spatial-ensemble/teacher';
import * as tf from '@tensorflow/tfjs-core';
import type { FixMatchOwn } from './spec.ts';

/** All that changes from step to step. */
export interface FixMatchState {
  readonly student: Variables;
  readonly velocity: Tensors;
  /** Absent where the student itself is the teacher (`none`). */
  readonly teacher?: Variables;
}

/** FixMatch's classifier, `fc`, on an encoder; student and teacher are two sets of variables for it. */
export function classifierOf(spec: FixMatchOwn, encoder: Encoder): Network<Classified> {
  return classifier(encoder, headOf(spec, encoder));
}

/** FixMatch's classifier by itself, from features to logits. */
export function headOf({ network: { classes } }: FixMatchOwn, { features }: Encoder): Module {
  return dense('fc', { inputs: features, outputs: classes, initial: glorotNormal });
}

/** SGD over the classifier's parameters; kernels alone are decayed (google-research/fixmatch@d4985a15 fixmatch.py). */
export function optimiserOf({ optimiser }: FixMatchOwn, { metas }: Network<Classified>): Optimiser<'velocity'> {
  const { momentum, nesterov, weightDecay } = optimiser;
  return sgd(metas.params, { momentum, nesterov, weightDecay, decays: kernelsOnly });
}

/** The teacher follows the student that has just learnt (google-research/fixmatch@d4985a15 fixmatch.py). */
export function teacherFor({ teacher }: FixMatchOwn, network: Network<Classified>): Teacher {
  return teacherOf(teacher, network, 'after-step');
}

/** The state before the first step, of the run's key of initial values. */
export function initialState(spec: FixMatchOwn, network: Network<Classified>, key: Key): FixMatchState {
  const student = network.init(key.fold('student'));
  const slots = optimiserOf(spec, network).init(student.params);
  return { student, ...slots, ...teacherFor(spec, network).first(student, key) };
}

/** What `scaled` comes to as means and deviations of pixels 0 to 1, for images of so many channels. */
export function scaledStandard(channels: number): Standard {
  const half = Array.from({ length: channels }, () => 0.5);
  return { mean: half, deviation: half };
}

/**
 * Pixels 0 … 255 as float32 in [−1, 1], without standardisation by channel
 * (google-research/fixmatch@d4985a15 libml/data.py).
 */
export function scaled(images: tf.Tensor): tf.Tensor4D {
  return tf.sub(tf.mul(tf.cast(images, 'float32'), 2 / 255), 1) as tf.Tensor4D;
}

/** Pixels 0 to 1 as float32 in [−1, 1]: what `scaled` makes of bytes, but for the last bit. */
export function ofShare(images: tf.Tensor4D): tf.Tensor4D {
  return tf.sub(tf.mul(images, 2), 1);
}
