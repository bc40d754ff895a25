import { key, normal } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, test } from 'vitest';
import { useTensorFlow } from '@spatial-ensemble/engine';
import { expectClose } from './close.ts';

beforeAll(async () => {
  await useTensorFlow();
});

describe('channels first', () => {
  // On a processor without oneDNN, TensorFlow has kernels for channels last alone: `npm run processors` tries both.
  const [none, rows, columns] = [
    [0, 0],
    [0, 1],
    [2, 0],
  ] as const;
  test.each([
    ...(['same', 'valid', 1] as const).map((pad) => ({ last: pad, first: pad })),
    { last: [none, rows, columns, none], first: [none, none, rows, columns] },
  ])('are convolved as channels last are, forward and backward, padded $last', (pad) => {
    const x = tf.tensor4d(normal(key(1).fold('x'), 2 * 5 * 6 * 3), [2, 5, 6, 3]);
    const filter = tf.tensor4d(normal(key(1).fold('filter'), 3 * 3 * 3 * 4), [3, 3, 3, 4]);
    const weights = tf.tensor1d(normal(key(1).fold('weights'), 4));
    const last = tf.valueAndGrads((image: tf.Tensor, kernel: tf.Tensor) =>
      tf.sum(tf.square(tf.mul(tf.conv2d(image as tf.Tensor4D, kernel as tf.Tensor4D, 1, pad.last as 'same'), weights))),
    )([x, filter]);
    const first = tf.valueAndGrads((image: tf.Tensor, kernel: tf.Tensor) =>
      tf.sum(
        tf.square(
          tf.mul(
            tf.conv2d(image as tf.Tensor4D, kernel as tf.Tensor4D, 1, pad.first as 'same', 'NCHW'),
            tf.reshape(weights, [4, 1, 1]),
          ),
        ),
      ),
    )([tf.transpose(x, [0, 3, 1, 2]), filter]);
    expectClose(first.value, last.value, 1e-4, 'sum');
    expectClose(
      [...tf.transpose(first.grads[0]!, [0, 2, 3, 1]).dataSync()],
      [...last.grads[0]!.dataSync()],
      1e-4,
      'dx',
    );
    expectClose(first.grads[1]!, last.grads[1]!, 1e-4, 'dfilter');
  });
});
