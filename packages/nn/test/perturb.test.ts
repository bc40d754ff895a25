import { useTensorFlow } from '@spatial-ensemble/engine';
import { key } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { perturbed, startDraws, type Perturbation } from '../src/index.ts';

beforeAll(async () => void (await useTensorFlow()));

const images = tf.tensor4d(
  Array.from({ length: 2 * 4 * 4 * 3 }, (_, i) => 0.1 + (0.8 * ((7 * i) % 96)) / 96),
  [2, 4, 4, 3],
);
/** Grows with each number of an image, more with some. */
const slope = tf.tensor3d(
  Array.from({ length: 48 }, (_, i) => (i % 2 === 0 ? 1 : -1) * (1 + i)),
  [4, 4, 3],
);
const linear = (x: tf.Tensor4D): tf.Scalar => tf.sum(tf.mul(x, slope));
const changes = (of: Perturbation, loss = linear, from = key(1)): number[][] =>
  tf.tidy(() => tf.sub(perturbed(images, startDraws(from, images), of, loss), images).reshape([2, 48]).arraySync() as number[][]); // prettier-ignore

describe('images nearby on which a loss is large', () => {
  it('linf: every number goes all the way up a slope, whatever the start', () => {
    for (const change of changes({ norm: 'linf', epsilon: 0.05, stepSize: 0.02, steps: 6 }))
      change.forEach((value, i) => expect(value).toBeCloseTo(i % 2 === 0 ? 0.05 : -0.05, 6));
  });

  it('l2: an image ends at epsilon along the slope', () => {
    const length = Math.hypot(...slope.dataSync());
    for (const change of changes({ norm: 'l2', epsilon: 0.1, stepSize: 0.1, steps: 60 }))
      change.forEach((value, i) => expect(value).toBeCloseTo((0.1 * slope.dataSync()[i]!) / length, 4));
  });

  it.each(['linf', 'l2'] as const)('%s: never farther than epsilon, nor out of 0 to 1', (norm) => {
    const far = { norm, epsilon: norm === 'linf' ? 0.3 : 1.5, stepSize: 0.25, steps: 5 };
    const wavy = (x: tf.Tensor4D): tf.Scalar => tf.sum(tf.sin(tf.mul(x, tf.mul(slope, 3))));
    tf.tidy(() => {
      const worse = perturbed(images, startDraws(key(3), images), far, wavy);
      expect(tf.min(worse).dataSync()[0]).toBeGreaterThanOrEqual(0);
      expect(tf.max(worse).dataSync()[0]).toBeLessThanOrEqual(1);
    });
    for (const change of changes(far, wavy))
      expect(norm === 'linf' ? Math.max(...change.map(Math.abs)) : Math.hypot(...change)).toBeLessThan(
        far.epsilon + 1e-6,
      );
  });

  it('the start is the key’s, and where the loss says nothing an image stays at it', () => {
    const flat = (): tf.Scalar => tf.scalar(0);
    const how = { norm: 'linf', epsilon: 0.05, stepSize: 0.02, steps: 2 } as const;
    const [one, again, other] = [changes(how, flat), changes(how, flat), changes(how, flat, key(2))];
    expect(again).toEqual(one);
    expect(other).not.toEqual(one);
    expect(Math.max(...one.flat().map(Math.abs))).toBeGreaterThan(0.04);
  });
});
