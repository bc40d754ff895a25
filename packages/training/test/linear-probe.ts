import { softmaxCrossEntropy, valueAndGrad } from '@spatial-ensemble/engine';
import { normal } from '@spatial-ensemble/random';
import type { Measure } from '@spatial-ensemble/record';
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { Measurement, Method, TrainableOf, Variables } from '../src/index.ts';
import { logits, softmaxRegression } from './softmax-regression.ts';

const Spec = z.strictObject({
  steps: z.int().positive(),
  batch: z.int().positive(),
  learningRate: z.number().positive(),
  cached: z.boolean().default(true),
  whose: z.enum(['student', 'teacher', 'untrained']),
  pretraining: softmaxRegression.schema,
});
type Spec = z.infer<typeof Spec>;
type State = { readonly encoder: Variables; readonly head: tf.Tensor2D };

function headed(features: tf.Tensor2D, head: tf.Tensor): tf.Tensor2D {
  return tf.matMul(tf.mul(features, 0.1), head as tf.Tensor2D);
}

type Labelled = { readonly labels: tf.Tensor; readonly plain?: tf.Tensor; readonly features?: tf.Tensor };
type Trained = TrainableOf<State, { readonly labelled: Labelled }, 'learningRate'>;
export type LinearProbe = Method<Spec, z.input<typeof Spec>, Trained>;

/** The smallest evaluation: a linear layer on frozen features. */
export const linearProbe: LinearProbe = {
  name: 'linear-probe',
  version: 1,
  schema: Spec,
  smoke: (spec) => ({ ...spec, steps: 2 }),
  steps: (spec) => spec.steps,
  metrics: { loss: { title: 'loss', unit: 'nats', whose: 'none', summed: 'mean' } },
  scores: ({ whose }) =>
    [1, 5].map((top) => ({
      name: whose === 'untrained' ? `linear-top${top}-untrained` : `linear-top${top}`,
      title: `linear top-${top}`,
      of: 'student',
      whose: whose === 'untrained' ? 'none' : whose,
      top,
    })),
  bind: (spec) => ({
    streams: { labelled: { batch: spec.batch, views: { plain: [] } } },
    init: (key, from) => ({
      encoder: spec.whose === 'teacher' ? from!.teacher : from!.student,
      head: tf.tensor2d(
        normal(key.fold('head'), 100).map((value) => value * 0.01),
        [10, 10],
      ),
    }),
    at: () => ({ learningRate: spec.learningRate }),
    step({ encoder, head }, { labelled }, { scalars }) {
      const features = spec.cached ? (labelled.features as tf.Tensor2D) : logits(encoder, labelled.plain!);
      const { loss, grads } = valueAndGrad((params: { head: tf.Tensor }) => ({
        loss: tf.mean(softmaxCrossEntropy(headed(features, params.head), labelled.labels)) as tf.Scalar,
        aux: {},
      }))({ head });
      return [{ encoder, head: tf.sub(head, tf.mul(scalars.learningRate, grads.head)) }, { loss }];
    },
    student: ({ encoder, head }) => ({ params: { ...encoder.params, head }, buffers: {} }),
    teacher: ({ encoder, head }) => ({ params: { ...encoder.params, head }, buffers: {} }),
    classifies: {
      view: [],
      predict: (variables, images) => headed(logits(variables, images), variables.params['head']!),
    },
    ...(spec.cached && {
      feeds: { view: [], features: ({ encoder }: State, images: tf.Tensor) => logits(encoder, images) },
    }),
  }),
};

const CentroidSpec = z.strictObject({ bank: z.int().positive() });

/** The smallest measurement: the class whose mean of features in the bank is nearest. */
export const nearestCentroid: Measurement<z.infer<typeof CentroidSpec>> = {
  name: 'nearest-centroid',
  version: 1,
  schema: CentroidSpec,
  smoke: () => ({ bank: 100 }),
  check: ({ bank }, { parts }) =>
    parts === undefined || bank <= parts.notHeldOut
      ? []
      : [{ key: 'bank', says: `${bank} images are more than there are: --set bank=${parts.notHeldOut}` }],
  makes: () => [
    { name: 'centroid', whose: 'teacher' },
    { name: 'centroid', whose: 'student' },
    { name: 'centroid-untrained', whose: 'none' },
    { name: 'centroid-pixels', whose: 'none' },
  ],
  async measure({ bank }, { features, labels, classes }) {
    const measures: Measure[] = [];
    for (const of of ['teacher', 'student', 'untrained', 'pixels'] as const) {
      const [known, asked] = [await features(of, 'bank', bank), await features(of, 'test', 300)];
      const value = nearest(known, labels('bank', bank), asked, labels('test', 300), classes);
      const whose = of === 'teacher' || of === 'student' ? of : 'none';
      const name = whose === 'none' ? `centroid-${of}` : 'centroid';
      measures.push({ name, title: name, whose, split: 'test', rule: 'last', value, unit: '%', n: 300 });
    }
    return measures;
  },
};

type Rows = { readonly data: ArrayLike<number>; readonly shape: readonly number[] };

function nearest(bank: Rows, bankLabels: Int32Array, queries: Rows, labels: Int32Array, classes: number): number {
  const width = bank.shape[1]!;
  const means = Array.from({ length: classes }, (_, label) => {
    const rows = [...bankLabels.keys()].filter((row) => bankLabels[row] === label);
    return Array.from(
      { length: width },
      (_, i) => rows.reduce((sum, row) => sum + bank.data[row * width + i]!, 0) / rows.length,
    );
  });
  const right = labels.reduce((count, label, row) => {
    const distances = means.map((mean) =>
      mean.reduce((sum, value, i) => sum + (value - queries.data[row * width + i]!) ** 2, 0),
    );
    return count + (distances.indexOf(Math.min(...distances)) === label ? 1 : 0);
  }, 0);
  return (100 * right) / labels.length;
}
