import type { ProbeState } from '@spatial-ensemble/evaluation';
import {
  everything,
  lars,
  mlp,
  normAndBias,
  sgd,
  TORCH_BATCH_NORM,
  uniformFanIn,
  type BatchNormOptions,
  type Encoder,
  type Module,
  type Network,
  type Optimiser,
  type Metas,
  type SecondNames,
  type Tensors,
  type Variables,
} from '@spatial-ensemble/nn';
import type { Key } from '@spatial-ensemble/random';
import { byNorms, probeOf, projected, unseenBy, type Head, type Projected } from '@spatial-ensemble/self-supervised';
import { teacherOf, type Teacher } from '@spatial-ensemble/teacher';
import type * as tf from '@tensorflow/tfjs-core';
import type { EncoderFamily, Fields } from '@spatial-ensemble/training';
import type { ByolOwn, ByolSpec } from './spec.ts';

/** All that changes from step to step. */
export interface ByolState {
  readonly student: Variables;
  readonly velocity: Tensors;
  /** Encoder and projector. Absent where the student itself is the teacher (`none`). */
  readonly teacher?: Variables;
  readonly probe: ProbeState;
}

export interface Predicted extends Projected {
  readonly prediction: tf.Tensor2D;
}

/** What BYOL is given to train. */
export interface Given {
  readonly encoder: Encoder;
  /** That of the heads. */
  readonly batchNorm: BatchNormOptions;
}

/** What a kind of encoder gives for a spec. */
export function givenBy<F extends Fields>(family: EncoderFamily<F>, network: ByolSpec<F>['network']): Given {
  return { encoder: family.encoder(network), batchNorm: family.batchNorm?.(network) ?? TORCH_BATCH_NORM };
}

/** The networks of a spec, one inside the other; they share the names of their variables. */
export interface Networks {
  /** Encoder and projector: the teacher. */
  readonly target: Network<Projected>;
  /** With the predictor: the student. */
  readonly online: Network<Predicted>;
  /** The student as adversarial images pass through it, by batch norms of their own where the spec asks for that. */
  readonly attacked: Network<Predicted>;
  /** Names of those norms' variables, by the clean ones'. */
  readonly second?: SecondNames;
  /** Statistics of the teacher that no forward pass of it renews. */
  readonly unseen: Metas;
}

/** What stands on the encoder: the projector, and the student's predictor on that. */
export function headsOf(
  { network: spec }: ByolOwn,
  { encoder, batchNorm }: Given,
): { readonly projector: Head; readonly predictor: Head } {
  const headOf = (name: 'projector' | 'predictor', inputs: number): Head =>
    mlp(name, { inputs, ...spec[name], batchNorm, initial: uniformFanIn });
  return {
    projector: headOf('projector', encoder.features),
    predictor: headOf('predictor', spec.projector.outputs),
  };
}

export function networksOf(spec: ByolOwn, given: Given): Networks {
  const { encoder } = given;
  const { projector: project, predictor: predict } = headsOf(spec, given);
  const target = projected(encoder, project);
  const predicted: Module<tf.Tensor, Predicted> = {
    declares: [...target.declares, ...predict.declares],
    forward: (pass, images) => {
      const outputs = target.forward(pass, images);
      return { ...outputs, prediction: predict.forward(pass, outputs.projection) };
    },
  };
  const teacher = byNorms(target, spec);
  const { clean: online, adversarial: attacked, second } = byNorms(predicted, spec);
  return { target: teacher.clean, online, attacked, unseen: unseenBy(teacher), ...(second && { second }) };
}

/** The optimiser over the student's parameters. */
export function optimiserOf({ optimiser }: ByolOwn, { online }: Networks): Optimiser<'velocity'> {
  const { momentum, weightDecay } = optimiser;
  return optimiser.kind === 'lars'
    ? lars(online.metas.params, {
        variant: 'deepmind',
        momentum,
        weightDecay,
        trust: optimiser.trust,
        excludes: normAndBias,
      })
    : sgd(online.metas.params, { momentum, nesterov: false, weightDecay, decays: everything });
}

/** The teacher: encoder and projector. */
export function teacherFor({ teacher, follows }: ByolOwn, { target, unseen }: Networks): Teacher {
  return teacherOf(teacher, target, follows, unseen);
}

/** The state before the first step, of the run's key of initial values. */
export function initialState(spec: ByolOwn, given: Given, key: Key): ByolState {
  const networks = networksOf(spec, given);
  const student = networks.online.init(key.fold('student'));
  const slots = optimiserOf(spec, networks).init(student.params);
  const probe = probeOf(spec, given.encoder).init(key.fold('probe'));
  return { student, ...slots, probe, ...teacherFor(spec, networks).first(student, key) };
}
