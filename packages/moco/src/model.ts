import type { ProbeState } from '@spatial-ensemble/evaluation';
import {
  everything,
  mlp,
  sgd,
  uniformFanIn,
  unitLength,
  type Encoder,
  type Module,
  type Network,
  type Optimiser,
  type Tensors,
  type Variables,
} from '@spatial-ensemble/nn';
import { normal, type Key } from '@spatial-ensemble/random';
import { byNorms, probeOf, projected, unseenBy, type ByNorms, type Projected } from '@spatial-ensemble/self-supervised';
import { teacherOf, type Teacher } from '@spatial-ensemble/teacher';
import * as tf from '@tensorflow/tfjs-core';
import type { MocoOwn } from './spec.ts';

/** All that changes from step to step. */
export interface MocoState {
  readonly student: Variables;
  readonly velocity: Tensors;
  /** The key encoder. Absent where the student itself is the teacher (`none`). */
  readonly teacher?: Variables;
  /** Keys at length 1, the youngest in front: float32 `[queue, outputs]`. */
  readonly queue: tf.Tensor2D;
  readonly probe: ProbeState;
}

/** The head, from features to projections of any length. */
export function projectorOf(
  { network: { projector } }: MocoOwn,
  { features }: Encoder,
): Module<tf.Tensor, tf.Tensor2D> {
  return mlp('projector', {
    inputs: features,
    ...projector,
    batchNorm: undefined,
    hiddenBias: true,
    outputBias: true,
    initial: uniformFanIn,
  });
}

/**
 * Encoder and head: queries of the student, keys of the teacher, projections at length 1. Adversarial images pass through
 * batch norms of their own where the spec asks for that.
 */
export function networksOf(spec: MocoOwn, encoder: Encoder): ByNorms<Projected> {
  const head = projectorOf(spec, encoder);
  const whole = projected(encoder, {
    declares: head.declares,
    forward: (pass, features) => unitLength(head.forward(pass, features)),
  });
  return byNorms(whole, spec);
}

/** The same as clean images pass through it. */
export function networkOf(spec: MocoOwn, encoder: Encoder): Network<Projected> {
  return networksOf(spec, encoder).clean;
}

/** SGD over the query encoder's parameters. */
export function optimiserOf(
  { optimiser: { momentum, weightDecay } }: MocoOwn,
  { clean }: ByNorms<Projected>,
): Optimiser<'velocity'> {
  return sgd(clean.metas.params, { momentum, nesterov: false, weightDecay, decays: everything });
}

/** The key encoder follows before it makes its keys (MC moco/builder.py). */
export function teacherFor({ teacher }: MocoOwn, networks: ByNorms<Projected>): Teacher {
  return teacherOf(teacher, networks.clean, 'before-step', unseenBy(networks));
}

/** The state before the first step, of the run's key of initial values. The queue starts as random directions. */
export function initialState(spec: MocoOwn, encoder: Encoder, key: Key): MocoState {
  const { queue: size, network: shape } = spec;
  const networks = networksOf(spec, encoder);
  const student = networks.clean.init(key.fold('student'));
  const slots = optimiserOf(spec, networks).init(student.params);
  const { outputs } = shape.projector;
  const queue = tf.tidy(() => unitLength(tf.tensor2d(normal(key.fold('queue'), size * outputs), [size, outputs])));
  const probe = probeOf(spec, encoder).init(key.fold('probe'));
  return { student, ...slots, queue, probe, ...teacherFor(spec, networks).first(student, key) };
}
