import { valueAndGrad } from '@spatial-ensemble/engine';
import { onlineProbe, PROBE_METRICS, type ProbeState } from '@spatial-ensemble/evaluation';
import {
  adamW,
  halfCosine,
  kernelsOnly,
  mlp,
  network,
  standardised,
  stopGradient,
  uniformFanIn,
  type Encoder,
  type Tensors,
  type Variables,
} from '@spatial-ensemble/nn';
import type { Key } from '@spatial-ensemble/random';
import { TEACHER_METRICS, teacherOf, teacherSpec } from '@spatial-ensemble/teacher';
import {
  refuse,
  type At,
  type EncoderFamily,
  type Fields,
  type InputWithEncoder,
  type Method,
  type TrainableOf,
  type WithEncoder,
} from '@spatial-ensemble/training';
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import {
  contradictions,
  evaluated,
  numbersOf,
  PIXEL_FIELDS,
  probeField,
  projected,
  RUN_FIELDS,
  selfSupervised,
  tiny,
  tinyHead,
  VIEW_FIELDS,
  viewOf,
  type RunLength,
  type StepNumber,
  type TwoViews,
} from '../../src/index.ts';

// The skeleton of DINO (Caron et al. 2021; facebookresearch/dino@7c446df5 main_dino.py): a method of one's own, with
// an encoder of one's own, without a change of any package. Its views are two crops; it has no local ones.

const head = z.strictObject({ hidden: z.int().positive(), outputs: z.int().positive() });
const NETWORK_FIELDS = { ...PIXEL_FIELDS, projector: head };
const FIELDS = {
  ...RUN_FIELDS,
  network: z.strictObject(NETWORK_FIELDS),
  views: z.strictObject(VIEW_FIELDS),
  learningRate: z.number().positive(),
  weightDecay: z.number().nonnegative(),
  /** Of the softmax; the teacher's is sharper. */
  temperatures: z.strictObject({ student: z.number().positive(), teacher: z.number().positive() }),
  /** Share of the old centre that stays. */
  centreMomentum: z.number().min(0).max(1),
  teacher: teacherSpec({ momentum: { kind: 'cosine', value: 0.996 }, preserve: 0.5, buffers: ['own', 'copy'] }),
  probe: probeField,
};
type Own = z.output<z.ZodObject<typeof FIELDS>>;
type Spec<F extends Fields> = WithEncoder<Own, F>;
export type DinoInput<F extends Fields> = InputWithEncoder<z.input<z.ZodObject<typeof FIELDS>>, F>;

type State = {
  readonly student: Variables;
  readonly teacher?: Variables;
  readonly first: Tensors;
  readonly second: Tensors;
  readonly updates: Tensors;
  /** Mean of the teacher's outputs so far: float32 `[outputs]`. */
  readonly centre: tf.Tensor1D;
  readonly probe: ProbeState;
};

const METRICS = {
  loss: { title: 'loss', unit: 'nats', whose: 'student', summed: 'mean' },
  ...PROBE_METRICS,
  ...TEACHER_METRICS,
} as const;

/** Cross entropy of the student's distribution with the teacher's, centred and sharpened: a scalar. */
export function dinoLoss(
  student: tf.Tensor,
  teacher: tf.Tensor,
  centre: tf.Tensor,
  temperatures: Own['temperatures'],
): tf.Scalar {
  const targets = tf.softmax(tf.div(tf.sub(teacher, centre), temperatures.teacher));
  const logits = tf.div(student, temperatures.student);
  const logProbabilities = tf.sub(logits, tf.logSumExp(logits, -1, true));
  return tf.neg(tf.mean(tf.sum(tf.mul(targets, logProbabilities), -1))) as tf.Scalar;
}

function partsOf(spec: Own, encoder: Encoder) {
  const { projector } = spec.network;
  const top = mlp('projector', {
    inputs: encoder.features,
    ...projector,
    batchNorm: undefined,
    hiddenBias: true,
    outputBias: true,
    initial: uniformFanIn,
  });
  const net = network(projected(encoder, top));
  const moments = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
  const optimiser = adamW(net.metas.params, { ...moments, weightDecay: spec.weightDecay, decays: kernelsOnly });
  const probe = onlineProbe({ features: encoder.features, classes: spec.probe.classes }, spec.probe);
  return { net, optimiser, probe, follower: teacherOf(spec.teacher, net, 'after-step') };
}

function dinoStep(spec: Own, encoder: Encoder) {
  const { net, optimiser, probe, follower } = partsOf(spec, encoder);
  return (
    state: State,
    { unlabelled }: TwoViews,
    at: At<StepNumber>,
  ): readonly [State, { [name: string]: tf.Tensor }] => {
    const { student, centre } = state;
    const [one, two] = [standardised(unlabelled.one, spec.network), standardised(unlabelled.two, spec.network)];

    // Forward: the teacher's outputs of both views.
    const teacher = follower.before(state, at);
    const targets = [one, two].map((x) =>
      stopGradient(net.apply(teacher.variables, x, { mode: 'train' }).projection),
    ) as [tf.Tensor2D, tf.Tensor2D];

    // Loss and gradient: each view is to be what the teacher makes of the other.
    const { loss, aux, grads } = valueAndGrad((params: Tensors) => {
      const a = net.apply({ ...student, params }, one, { mode: 'train' });
      const b = net.apply({ params, buffers: a.buffers }, two, { mode: 'train' });
      const { temperatures } = spec;
      const both = tf.add(
        dinoLoss(a.projection, targets[1], centre, temperatures),
        dinoLoss(b.projection, targets[0], centre, temperatures),
      );
      return { loss: tf.div(both, 2) as tf.Scalar, aux: { buffers: b.buffers, features: a.features } };
    })(student.params);

    // Optimise, smooth, and move the centre.
    const { learningRate, probeLearningRate } = at.scalars;
    const next = optimiser.update({ params: student.params, grads, slots: state, learningRate });
    const learnt = { student: { params: next.params, buffers: aux.buffers }, ...next.slots };
    const read = probe.step(state.probe, aux.features, unlabelled.labels, probeLearningRate);
    const followed = follower.after(teacher, learnt.student, at);
    const share = spec.centreMomentum;
    const mean = tf.mean(tf.concat(targets), 0);
    const moved = tf.add(tf.mul(share, centre), tf.mul(1 - share, mean)) as tf.Tensor1D;
    return [
      { ...learnt, centre: moved, probe: read.state, ...followed.state },
      { loss, ...read.metrics, ...followed.metrics },
    ];
  };
}

function trainable(spec: Own, encoder: Encoder): TrainableOf<State, TwoViews, StepNumber> {
  const { batch, views } = spec;
  const jitter = { p: 0.8, brightness: 0.4, contrast: 0.4, saturation: 0, hue: 0 };
  const style = { style: 'torchvision', interpolation: 'bicubic', blur: 0, solarize: 0, jitter } as const;
  const view = viewOf({ ...views, ...style }, ['crop', 'flip', 'jitter', 'grayscale']);
  return {
    streams: { unlabelled: { batch, views: { one: view, two: view } } },
    init(key: Key) {
      const { net, optimiser, probe, follower } = partsOf(spec, encoder);
      const student = net.init(key.fold('student'));
      return {
        student,
        ...optimiser.init(student.params),
        centre: tf.zeros([spec.network.projector.outputs]),
        probe: probe.init(key.fold('probe')),
        ...follower.first(student, key),
      };
    },
    at: numbersOf(spec, stepsOf(spec), spec.learningRate, halfCosine),
    step: dinoStep(spec, encoder),
    ...evaluated(spec, encoder, []),
  };
}

function stepsOf({ steps, epochs, images, batch }: RunLength): number {
  return steps === 'epochs' ? Math.floor((epochs * images) / batch) : steps;
}

/** DINO of a kind of encoder. */
export function dinoOf<F extends Fields>(encoder: EncoderFamily<F>): Method<Spec<F>, DinoInput<F>> {
  const shape = z.strictObject({ ...NETWORK_FIELDS, ...(encoder.fields as Record<never, never>) });
  const schema = z
    .strictObject({ ...FIELDS, network: shape })
    .check((payload) => refuse(contradictions(payload.value as Spec<F>, encoder), payload));
  return {
    ...selfSupervised(encoder, stepsOf),
    name: 'dino',
    version: 1,
    schema: schema as unknown as z.ZodType<Spec<F>, DinoInput<F>>,
    smoke(spec) {
      const { projector } = spec.network;
      return tiny({
        ...spec,
        network: { ...spec.network, ...encoder.smoke(spec.network), projector: tinyHead(projector) },
      });
    },
    metrics: METRICS,
    bind: (spec) => trainable(spec, encoder.encoder(spec.network)),
  };
}
