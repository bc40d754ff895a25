import { fusedMean, softmaxCrossEntropy, valueAndGrad } from '@spatial-ensemble/engine';
import { kernelsOnly, sgd, type Tensors, type Variables } from '@spatial-ensemble/nn';
import { topOne } from '@spatial-ensemble/record';
import {
  TEACHER_METRICS,
  teacherOf,
  teacherScalars,
  teacherShows,
  teacherSpec,
  type TeacherNumber,
} from '@spatial-ensemble/teacher';
import type { Batch, Method, TrainableOf } from '@spatial-ensemble/training';
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { smallNetwork } from './network.ts';

const count = z.int().positive();

/** All that decides a run beside its images and its seed. What has a default may be left out; `--set` changes it. */
const Spec = z.strictObject({
  steps: count,
  batch: z.strictObject({ labelled: count.default(20), unlabelled: count.default(40) }).prefault({}),
  network: z.strictObject({
    channels: z.union([z.literal(1), z.literal(3)]),
    classes: z.int().min(2),
    width: count.default(16),
  }),
  learningRate: z.number().positive().default(0.05),
  /** Weight of the consistency with the teacher, and the steps in which it rises to that from 0. */
  consistency: z.number().nonnegative().default(1),
  rampUp: count.default(200),
  teacher: teacherSpec({ momentum: 0.97, preserve: 0.5, buffers: ['copy', 'smooth'] }).prefault({ kind: 'tma' }),
});
type Spec = z.output<typeof Spec>;

interface State {
  readonly student: Variables;
  readonly velocity: Tensors;
  /** Absent where the student is its own teacher (`none`). */
  readonly teacher?: Variables;
}

type Images = Batch<'labelled', 'image' | 'labels'> & Batch<'unlabelled', 'one' | 'other'>;
type Trained = TrainableOf<State, Images, 'learningRate' | 'consistency' | TeacherNumber>;

/**
 * Consistency with a teacher, after Mean Teacher (Tarvainen and Valpola, NeurIPS 2017): cross entropy on the few labelled
 * images, and the squared distance between what student and teacher make of two views of each unlabelled image. Unlike
 * theirs this teacher predicts in eval mode, and may follow by any kind of smoothing.
 */
export const consistency: Method<Spec, z.input<typeof Spec>, Trained> = {
  name: 'consistency',
  version: 1,
  schema: Spec,
  // On grey images of 28 pixels and ten classes.
  smoke: (spec) => ({ ...spec, steps: 3, network: { channels: 1, classes: 10, width: 2 } }),
  steps: ({ steps }) => steps,
  metrics: {
    loss: { title: 'loss', unit: 'nats', whose: 'student', summed: 'mean' },
    distance: TEACHER_METRICS.distance,
    preserveRate: TEACHER_METRICS.preserveRate,
    effectiveMomentum: TEACHER_METRICS.effectiveMomentum,
    apart: {
      title: 'apart',
      meaning: '‖student’s − teacher’s probabilities‖²',
      unit: '',
      whose: 'none',
      summed: 'mean',
    },
  },
  evidence: ({ teacher, steps }) => teacherShows(teacher, steps),
  scores: () => topOne('accuracy', 'accuracy'),
  stride: () => 4,
  bind(spec) {
    const network = smallNetwork(spec.network);
    const optimiser = sgd(network.metas.params, { momentum: 0.9, nesterov: true, weightDecay: 5e-4, decays: kernelsOnly }); // prettier-ignore
    const follower = teacherOf(spec.teacher, network, 'after-step');
    const augment = [{ op: 'flip', p: 0.5 }, { op: 'shift', max: 3, mode: 'reflect' }] as const; // prettier-ignore
    return {
      streams: {
        labelled: { batch: spec.batch.labelled, order: 'independent', views: { image: augment } },
        unlabelled: { batch: spec.batch.unlabelled, views: { one: augment, other: augment } },
      },
      init(key) {
        const student = network.init(key.fold('student'));
        return { student, ...optimiser.init(student.params), ...follower.first(student, key) };
      },
      at: (step) => ({
        learningRate: spec.learningRate,
        consistency: spec.consistency * Math.min(1, step / spec.rampUp),
        ...teacherScalars(spec.teacher, step, spec.steps),
      }),
      step(state, { labelled, unlabelled }, at) {
        const { student } = state;
        const teacher = follower.before(state, at);
        const targets = tf.softmax(network.apply(teacher.variables, scaled(unlabelled.other), { mode: 'eval' }).logits);

        const seen = [scaled(labelled.image), scaled(unlabelled.one)];
        const views = tf.concat(seen);
        // Of several processes each has its part of a batch.
        const sizes = seen.map((images) => images.shape[0]);
        const { loss, aux, grads } = valueAndGrad((params: Tensors) => {
          const { logits, buffers } = network.apply({ ...student, params }, views, { mode: 'train' });
          const [known, unknown] = tf.split(logits, sizes);
          const supervised = tf.mean(softmaxCrossEntropy(known as tf.Tensor2D, labelled.labels));
          const apart = tf.mean(tf.sum(tf.squaredDifference(tf.softmax(unknown as tf.Tensor2D), targets), 1));
          const total: tf.Scalar = tf.add(supervised, tf.mul(at.scalars.consistency, apart));
          return { loss: total, aux: { buffers, apart } };
        })(student.params);

        const { learningRate } = at.scalars;
        const next = optimiser.update({ params: student.params, grads: fusedMean(grads), slots: state, learningRate });
        const learnt = { params: next.params, buffers: aux.buffers };
        const followed = follower.after(teacher, learnt, at);
        return [
          { student: learnt, ...next.slots, ...followed.state },
          { loss, apart: aux.apart, ...followed.metrics },
        ];
      },
      student: (state) => state.student,
      teacher: (state) => state.teacher ?? state.student,
      classifies: {
        view: [],
        predict: (variables, images) => network.apply(variables, scaled(images), { mode: 'eval' }).logits,
      },
    };
  },
};

/** Bytes as float32 in [−1, 1]. */
function scaled(images: tf.Tensor): tf.Tensor4D {
  return tf.sub(tf.mul(tf.cast(images, 'float32'), 2 / 255), 1) as tf.Tensor4D;
}
