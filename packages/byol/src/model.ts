import { onlineProbe, type OnlineProbe, type ProbeState } from '@spatial-ensemble/evaluation';
import {
  everything,
  featuresOf,
  lars,
  mlp,
  network,
  normAndBias,
  resNetTrunk,
  sgd,
  uniformFanIn,
  type Module,
  type Network,
  type Optimiser,
  type Tensors,
  type Variables,
} from '@spatial-ensemble/nn';
import type { Key } from '@spatial-ensemble/random';
import { teacherOf, type Teacher } from '@spatial-ensemble/teacher';
import type * as tf from '@tensorflow/tfjs-core';
import type { ByolSpec } from './spec.ts';

/** All that changes from step to step. */
export interface ByolState {
  readonly student: Variables;
  readonly velocity: Tensors;
  /** Encoder and projector. Absent where the student itself is the teacher (`none`). */
  readonly teacher?: Variables;
  readonly probe: ProbeState;
}

interface Encoded {
  readonly features: tf.Tensor2D;
}
interface Projected extends Encoded {
  readonly projection: tf.Tensor2D;
}
interface Predicted extends Projected {
  readonly prediction: tf.Tensor2D;
}

/** The networks of a spec, one inside the other; they share the names of their variables. */
export interface Networks {
  /** Images to features: what is evaluated. */
  readonly encoder: Network<Encoded>;
  /** With the projector: the teacher. */
  readonly target: Network<Projected>;
  /** With the predictor: the student. */
  readonly online: Network<Predicted>;
}

export function networksOf({ network: spec }: ByolSpec): Networks {
  const { projector, batchNorm } = spec;
  const features = featuresOf(spec);
  const headOf = (name: 'projector' | 'predictor', inputs: number): Module<tf.Tensor, tf.Tensor2D> =>
    mlp(name, { inputs, ...spec[name], batchNorm, initial: uniformFanIn });
  const trunk = resNetTrunk('encoder', spec);
  const [project, predict] = [headOf('projector', features), headOf('predictor', projector.outputs)];
  const encoded: Module<tf.Tensor, Encoded> = {
    declares: trunk.declares,
    forward: (pass, images) => ({ features: trunk.forward(pass, images) }),
  };
  const projected: Module<tf.Tensor, Projected> = {
    declares: [...trunk.declares, ...project.declares],
    forward: (pass, images) => {
      const { features } = encoded.forward(pass, images);
      return { features, projection: project.forward(pass, features) };
    },
  };
  return {
    encoder: network(encoded),
    target: network(projected),
    online: network({
      declares: [...projected.declares, ...predict.declares],
      forward: (pass, images) => {
        const outputs = projected.forward(pass, images);
        return { ...outputs, prediction: predict.forward(pass, outputs.projection) };
      },
    }),
  };
}

/** The optimiser over the student's parameters. */
export function optimiserOf({ optimiser }: ByolSpec, { online }: Networks): Optimiser<'velocity'> {
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

/** The classifier that trains beside the encoder. */
export function probeOf({ probe, network: spec }: ByolSpec): OnlineProbe {
  return onlineProbe({ features: featuresOf(spec), classes: probe.classes }, probe);
}

/** The teacher: encoder and projector. */
export function teacherFor({ teacher, follows }: ByolSpec, { target }: Networks): Teacher {
  return teacherOf(teacher, target, follows);
}

/** The state before the first step, of the run's key of initial values. */
export function initialState(spec: ByolSpec, key: Key): ByolState {
  const networks = networksOf(spec);
  const student = networks.online.init(key.fold('student'));
  const slots = optimiserOf(spec, networks).init(student.params);
  const probe = probeOf(spec).init(key.fold('probe'));
  return { student, ...slots, probe, ...teacherFor(spec, networks).first(student, key) };
}
