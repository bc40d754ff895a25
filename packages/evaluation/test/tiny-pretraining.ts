import type { Tensors, Variables } from '@spatial-ensemble/nn';
import { normal } from '@spatial-ensemble/random';
import type { Method, TrainableOf } from '@spatial-ensemble/training';
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';

const Spec = z.strictObject({ steps: z.int().positive(), features: z.int().positive(), pixels: z.int().positive() });
type Spec = z.infer<typeof Spec>;
type State = { readonly student: Variables; readonly teacher: Variables };

/**
 * The smallest method that has an encoder: rectified random projections of images. Its "training" rescales them, so
 * that the weights of its last step are not those before its first, and those of student and teacher differ.
 */
export const tinyPretraining: Method<Spec, Spec, TrainableOf<State>> = {
  name: 'tiny',
  version: 1,
  schema: Spec,
  smoke: (spec) => spec,
  steps: ({ steps }) => steps,
  metrics: { loss: { title: 'loss', unit: '', whose: 'student', summed: 'mean' } },
  bind: ({ features, pixels }) => ({
    streams: { unlabelled: { batch: 4, views: { one: [] } } },
    init(key) {
      const variables = (name: string): Variables => ({
        params: { 'encoder.kernel': tf.tensor2d(normal(key.fold(name), pixels * features), [pixels, features]) },
        buffers: {},
      });
      return { student: variables('student'), teacher: variables('teacher') };
    },
    at: () => ({}),
    step({ student, teacher }) {
      const larger = (tensors: Tensors): Tensors =>
        Object.fromEntries(Object.entries(tensors).map(([name, x]) => [name, tf.mul(x, 1.5)]));
      const loss = tf.sum(student.params['encoder.kernel']!);
      return [
        {
          student: { params: larger(student.params), buffers: {} },
          teacher: { params: larger(teacher.params), buffers: {} },
        },
        { loss },
      ];
    },
    student: ({ student }) => student,
    teacher: ({ teacher }) => teacher,
    encodes: {
      view: [],
      features,
      encode(variables, images) {
        const x = tf.reshape(tf.mul(tf.cast(images, 'float32'), 1 / 255), [images.shape[0]!, -1]);
        return tf.relu(tf.matMul(x as tf.Tensor2D, variables.params['encoder.kernel'] as tf.Tensor2D)) as tf.Tensor2D;
      },
    },
  }),
};
