import { onlineProbe, type OnlineProbe, type ProbeState } from '@spatial-ensemble/evaluation';
import {
  everything,
  featuresOf,
  microBatchCount,
  mlp,
  network,
  resNetTrunk,
  sgd,
  uniformFanIn,
  unitLength,
  type Module,
  type Network,
  type Optimiser,
  type Tensors,
  type Variables,
} from '@spatial-ensemble/nn';
import { normal, type Key } from '@spatial-ensemble/random';
import { teacherOf, type Teacher } from '@spatial-ensemble/teacher';
import * as tf from '@tensorflow/tfjs-core';
import type { MocoSpec } from './spec.ts';

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

interface Encoded {
  readonly features: tf.Tensor2D;
}
interface Projected extends Encoded {
  /** At length 1. */
  readonly projection: tf.Tensor2D;
}

/** The networks of a spec, one inside the other; they share the names of their variables. */
export interface Networks {
  /** Images to features: what is evaluated. */
  readonly encoder: Network<Encoded>;
  /** With the head: queries of the student, keys of the teacher. */
  readonly projecting: Network<Projected>;
}

export function networksOf({ network: spec }: MocoSpec): Networks {
  const trunk = resNetTrunk('encoder', spec);
  const project = mlp('projector', {
    inputs: featuresOf(spec),
    ...spec.projector,
    batchNorm: undefined,
    hiddenBias: true,
    outputBias: true,
    initial: uniformFanIn,
  });
  const encoded: Module<tf.Tensor, Encoded> = {
    declares: trunk.declares,
    forward: (pass, images) => ({ features: trunk.forward(pass, images) }),
  };
  return {
    encoder: network(encoded),
    projecting: network({
      declares: [...trunk.declares, ...project.declares],
      forward: (pass, images) => {
        const { features } = encoded.forward(pass, images);
        return { features, projection: unitLength(project.forward(pass, features)) };
      },
    }),
  };
}

/**
 * How many micro-batches a step takes, and the spec of one of them: as many of the groups of batch norm as it holds.
 *
 * @throws Error if micro-batches do not hold whole groups, or do not divide the batch
 */
export function microBatched(
  spec: MocoSpec,
  microBatch: number | undefined,
): { readonly count: number; readonly part: MocoSpec } {
  const { batch, network: shape } = spec;
  const { groups } = shape.batchNorm;
  const count = microBatchCount({ batch, microBatch, groups });
  const batchNorm = { ...shape.batchNorm, groups: groups / count };
  return { count, part: { ...spec, batch: batch / count, network: { ...shape, batchNorm } } };
}

/** SGD over the query encoder's parameters. */
export function optimiserOf(
  { optimiser: { momentum, weightDecay } }: MocoSpec,
  { projecting }: Networks,
): Optimiser<'velocity'> {
  return sgd(projecting.metas.params, { momentum, nesterov: false, weightDecay, decays: everything });
}

/** The classifier that trains beside the encoder. */
export function probeOf({ probe, network: spec }: MocoSpec): OnlineProbe {
  return onlineProbe({ features: featuresOf(spec), classes: probe.classes }, probe);
}

/** The key encoder follows before it makes its keys (MC moco/builder.py). */
export function teacherFor({ teacher }: MocoSpec, { projecting }: Networks): Teacher {
  return teacherOf(teacher, projecting, 'before-step');
}

/** The state before the first step, of the run's key of initial values. The queue starts as random directions. */
export function initialState(spec: MocoSpec, key: Key): MocoState {
  const { queue: size, network: shape } = spec;
  const networks = networksOf(spec);
  const student = networks.projecting.init(key.fold('student'));
  const slots = optimiserOf(spec, networks).init(student.params);
  const { outputs } = shape.projector;
  const queue = tf.tidy(() => unitLength(tf.tensor2d(normal(key.fold('queue'), size * outputs), [size, outputs])));
  const probe = probeOf(spec).init(key.fold('probe'));
  return { student, ...slots, queue, probe, ...teacherFor(spec, networks).first(student, key) };
}
