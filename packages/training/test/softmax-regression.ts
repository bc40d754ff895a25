import { fusedMean, softmaxCrossEntropy, valueAndGrad } from '@spatial-ensemble/engine';
import { normal } from '@spatial-ensemble/random';
import { topOne } from '@spatial-ensemble/record';
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { Batch, Method, Trainable, TrainableOf, Variables } from '../src/index.ts';

const Spec = z.strictObject({
  steps: z.int().positive(),
  batch: z.int().positive(),
  learningRate: z.number().positive(),
  momentum: z.number().min(0).max(1),
});
type Spec = z.infer<typeof Spec>;
type State = { readonly student: Variables; readonly teacher: Variables };

const PIXELS = 28 * 28;

export function logits(variables: Variables, images: tf.Tensor): tf.Tensor2D {
  const kernel = variables.params['kernel'] as tf.Tensor2D;
  const x = tf.reshape(tf.mul(tf.cast(images, 'float32'), 1 / 255), [-1, kernel.shape[0]]) as tf.Tensor2D;
  return tf.add(tf.matMul(x, kernel), variables.params['bias']!) as tf.Tensor2D;
}

function towards(teacher: Variables, student: Variables, share: tf.Tensor): Variables {
  const params = Object.fromEntries(
    Object.entries(teacher.params).map(([name, old]) => [
      name,
      tf.sub(old, tf.mul(share, tf.sub(old, student.params[name]!))),
    ]),
  );
  return { params, buffers: {} };
}

type Trained = TrainableOf<State, Batch<'labelled', 'weak' | 'labels'>, 'learningRate' | 'momentumComplement'>;
export type Regression = Method<Spec, z.input<typeof Spec>, Trained>;

/** The smallest real method: softmax regression on pixels, with a moving average as its teacher. */
export const softmaxRegression: Regression = {
  name: 'softmax-regression',
  version: 1,
  schema: Spec,
  smoke: (spec) => ({ ...spec, steps: 2 }),
  steps: (spec) => spec.steps,
  metrics: { loss: { title: 'loss', unit: 'nats', whose: 'student', summed: 'mean' } },
  scores: () => topOne('accuracy', 'accuracy'),
  bind: (spec) => ({
    streams: {
      labelled: {
        batch: spec.batch,
        views: {
          weak: [
            { op: 'flip', p: 0.5 },
            { op: 'shift', max: 2, mode: 'reflect' },
          ],
        },
      },
    },
    init(key) {
      const kernel = normal(key.fold('kernel'), PIXELS * 10).map((value) => value * 0.01);
      const variables = (): Variables => ({
        params: { kernel: tf.tensor2d(kernel, [PIXELS, 10]), bias: tf.zeros([10]) },
        buffers: {},
      });
      return { student: variables(), teacher: variables() };
    },
    at: (step) => ({ learningRate: spec.learningRate / (1 + step / 10), momentumComplement: 1 - spec.momentum }),
    step(state, { labelled }, { scalars }) {
      const { loss, grads: own } = valueAndGrad((params: Variables['params']) => ({
        loss: tf.mean(
          softmaxCrossEntropy(logits({ params, buffers: {} }, labelled.weak), labelled.labels),
        ) as tf.Scalar,
        aux: {},
      }))(state.student.params);
      const grads = fusedMean(own);
      const params = Object.fromEntries(
        Object.entries(state.student.params).map(([name, w]) => [
          name,
          tf.sub(w, tf.mul(scalars.learningRate, grads[name]!)),
        ]),
      );
      const student = { params, buffers: {} };
      return [{ student, teacher: towards(state.teacher, student, scalars.momentumComplement) }, { loss }];
    },
    student: (state) => state.student,
    teacher: (state) => state.teacher,
    classifies: { view: [], predict: logits },
    encodes: { view: [], features: 10, encode: logits },
  }),
};

/** A method of which a part is another. */
export function changed<Spec, Input, T extends Trainable>(
  method: Method<Spec, Input, T>,
  change: (trainable: T, spec: Spec) => object,
): Method<Spec, Input, T> {
  return {
    ...method,
    bind(spec, machine) {
      const trainable = method.bind(spec, machine);
      return { ...trainable, ...change(trainable, spec) };
    },
  };
}
