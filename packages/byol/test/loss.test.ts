import { spread } from '@spatial-ensemble/nn';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { regressionLoss } from '../src/loss.ts';

const value = (x: tf.Tensor): number => x.dataSync()[0]!;

describe('the loss', () => {
  it.each([
    ['equal', [3, 4], 0],
    ['orthogonal', [-4, 3], 2],
    ['opposite', [-3, -4], 4],
  ])('of %s directions', (_, target, expected) => {
    expect(value(regressionLoss(tf.tensor2d([[3, 4]]), tf.tensor2d([target])))).toBeCloseTo(expected, 5);
  });

  it('does not depend on lengths, and is a mean over the batch', () => {
    const [p, z] = [tf.tensor2d([[1, 2], [3, -1]]), tf.tensor2d([[0.5, 1], [1, 1]])]; // prettier-ignore
    const longer = regressionLoss(tf.mul(p, 7), tf.mul(z, 0.01));
    expect(value(longer)).toBeCloseTo(value(regressionLoss(p, z)), 4);
    // Rows: 0 and 2 − 2 · 2/√20.
    expect(value(regressionLoss(p, z))).toBeCloseTo((2 - 4 / Math.sqrt(20)) / 2, 5);
  });
});

describe('the spread of projections', () => {
  it('is 0 where all point the same way, and 1/√d where they are the axes’ ends', () => {
    expect(value(spread(tf.tensor2d([[1, 1], [2, 2], [5, 5]])))).toBeCloseTo(0, 3); // prettier-ignore
    const ends = tf.tensor2d([[1, 0], [-1, 0], [0, 1], [0, -1]]); // prettier-ignore
    expect(value(spread(ends))).toBeCloseTo(1 / Math.sqrt(2), 5);
  });
});
