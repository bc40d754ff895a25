import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { regressionLoss } from '../src/loss.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const p = tf.tensor2d([
  [3, 4, 0],
  [0, 2, 0],
]);

/** Both directions, as the step adds them. */
function both(prediction: tf.Tensor2D, target: tf.Tensor2D): number {
  return 2 * regressionLoss(prediction, target).dataSync()[0]!;
}

describe("BYOL's loss", () => {
  it.each([
    ['equal', p, 0],
    [
      'orthogonal',
      tf.tensor2d([
        [-4, 3, 0],
        [0, 0, 1],
      ]),
      4,
    ],
    ['opposite', tf.neg(p), 8],
  ])('%s vectors', (_, target, expected) => {
    expect(both(p, target as tf.Tensor2D)).toBeCloseTo(expected, 5);
  });

  it('does not know the length of either', () => {
    const z = tf.tensor2d([
      [1, 2, -1],
      [0.5, -0.25, 2],
    ]);
    const [one, other] = [both(p, z), both(tf.mul(p, 300), tf.mul(z, 0.02))];
    expect(other).toBeCloseTo(one, 5);
    expect(one).toBeGreaterThan(0.1);
  });

  it('is the mean over the batch: 2 − 2 cos by hand', () => {
    const z = tf.tensor2d([
      [1, 0, 0],
      [0, -1, 0],
    ]);
    // cos is 3/5 and −1.
    expect(regressionLoss(p, z).dataSync()[0]).toBeCloseTo((2 - 1.2 + 4) / 2, 6);
  });
});
