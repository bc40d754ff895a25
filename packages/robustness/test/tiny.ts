import type { Tensors, Variables } from '@spatial-ensemble/nn';
import { normal } from '@spatial-ensemble/random';
import type { Method, TrainableOf } from '@spatial-ensemble/training';
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';

const Spec = z.strictObject({ classifies: z.boolean() });
type Spec = z.infer<typeof Spec>;
type State = { readonly student: Variables; readonly teacher: Variables };

const FEATURES = 16;

/**
 * The smallest methods: rectified random projections of images of 28 x 28 pixels, and for one that classifies ten sums
 * of them, which learn the labelled images in a few steps.
 */
export const tiny: Method<Spec, Spec, TrainableOf<State>> = {
  name: 'tiny',
  version: 1,
  schema: Spec,
  smoke: (spec) => spec,
  steps: () => 30,
  metrics: { loss: { title: 'loss', unit: '', whose: 'student', summed: 'mean' } },
  bind: ({ classifies }) => ({
    streams: { labelled: { batch: 50, views: { one: [] } } },
    init(key) {
      const variables = (name: string): Variables => ({
        params: {
          kernel: tf.tensor2d(
            normal(key.fold(name), 784 * FEATURES).map((value) => value / 28),
            [784, FEATURES],
          ),
          dense: tf.zeros([FEATURES, 10]),
        },
        buffers: {},
      });
      return { student: variables('student'), teacher: variables('teacher') };
    },
    at: () => ({}),
    step({ student, teacher }, batch) {
      const { one, labels } = batch['labelled'] as { readonly one: tf.Tensor; readonly labels: tf.Tensor };
      // A softmax regression's gradient by hand; the teacher learns it twice as fast, so that the two differ.
      const learnt = ({ params }: Variables, rate: number): Variables => {
        const x = encoded(params, one);
        const error = tf.sub(tf.softmax(tf.matMul(x, params['dense'] as tf.Tensor2D)), tf.oneHot(tf.cast(labels, 'int32') as tf.Tensor1D, 10)); // prettier-ignore
        const gradient = tf.div(tf.matMul(x, error as tf.Tensor2D, true), one.shape[0]!);
        return { params: { kernel: tf.clone(params['kernel']!), dense: tf.sub(params['dense']!, tf.mul(rate, gradient)) }, buffers: {} }; // prettier-ignore
      };
      return [{ student: learnt(student, 0.5), teacher: learnt(teacher, 1) }, { loss: tf.scalar(0) }];
    },
    student: ({ student }) => student,
    teacher: ({ teacher }) => teacher,
    ...(classifies
      ? {
          classifies: {
            view: [],
            predict: ({ params }, images) => tf.matMul(encoded(params, images), params['dense'] as tf.Tensor2D),
          },
        }
      : { encodes: { view: [], features: FEATURES, encode: ({ params }, images) => encoded(params, images) } }),
  }),
};

function encoded(params: Tensors, images: tf.Tensor): tf.Tensor2D {
  const x = tf.reshape(tf.mul(tf.cast(images, 'float32'), 1 / 255), [images.shape[0]!, -1]) as tf.Tensor2D;
  return tf.relu(tf.matMul(x, params['kernel'] as tf.Tensor2D)) as tf.Tensor2D;
}
