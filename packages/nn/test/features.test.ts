import { key, normal } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { IMAGENET_STANDARD, spread, standardised, unitLength } from '../src/index.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe('unitLength', () => {
  it('puts rows at length 1, whatever their length', () => {
    const rows = unitLength(
      tf.tensor2d([
        [3, 4],
        [-3e4, -4e4],
      ]),
    ).arraySync();
    [0.6, 0.8].forEach((value, i) => {
      expect(rows[0]![i]).toBeCloseTo(value, 6);
      expect(rows[1]![i]).toBeCloseTo(-value, 6);
    });
  });

  it('leaves a row of 0 at 0, with a finite gradient', () => {
    const zeros = tf.zeros([1, 3]) as tf.Tensor2D;
    expect(unitLength(zeros).arraySync()).toEqual([[0, 0, 0]]);
    const grad = tf.grad((x: tf.Tensor) => tf.sum(unitLength(x as tf.Tensor2D)))(zeros);
    expect([...grad.dataSync()].every(Number.isFinite)).toBe(true);
  });

  it('has a gradient at right angles to the row: length does not matter', () => {
    const x = tf.tensor2d([[3, 4]]);
    const grad = tf.grad((at: tf.Tensor) => tf.sum(tf.mul(unitLength(at as tf.Tensor2D), tf.tensor2d([[1, 0]]))))(x);
    // (I − x̂x̂ᵀ)e₁/‖x‖ = (1 − 0.36, −0.48)/5
    [0.128, -0.096].forEach((value, i) => expect(grad.dataSync()[i]).toBeCloseTo(value, 6));
  });
});

describe('spread', () => {
  it('is 1/√d where rows point in all directions', () => {
    const [n, d] = [4000, 16];
    const value = spread(tf.tensor2d(normal(key('rows'), n * d), [n, d])).dataSync()[0]!;
    expect(Math.abs(value * Math.sqrt(d) - 1)).toBeLessThan(0.01);
  });

  it('is 0 where all rows point the same way, at any length', () => {
    const collapsed = tf.tensor2d([
      [1, 2],
      [2, 4],
      [10, 20],
    ]);
    expect(spread(collapsed).dataSync()[0]).toBeCloseTo(0, 5);
  });

  it('is the mean over dimensions of the biased deviation', () => {
    const opposite = tf.tensor2d([
      [5, 0],
      [-2, 0],
    ]);
    expect(spread(opposite).dataSync()[0]).toBeCloseTo(0.5, 6);
  });
});

it('standardises bytes by channel, after a share of 255', () => {
  const bytes = tf.tensor4d([0, 0, 0, 255, 255, 255, 100, 150, 200], [1, 3, 1, 3], 'int32');
  const pixels = standardised(bytes, IMAGENET_STANDARD);
  expect([pixels.shape, pixels.dtype]).toEqual([[1, 3, 1, 3], 'float32']);
  // The ends of torchvision's range, and (100/255 − 0.485)/0.229 and so on.
  const expected = [
    [-2.117904, -2.035714, -1.804444],
    [2.248908, 2.428571, 2.64],
    [-0.405429, 0.590336, 1.681394],
  ];
  expected.flat().forEach((value, i) => expect(pixels.dataSync()[i]).toBeCloseTo(value, 5));
});
