import { useTensorFlow } from '@spatial-ensemble/engine';
import { key } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { lossAlong } from '../src/attacks/loss-along.ts';

beforeAll(async () => void (await useTensorFlow()));

/** Two classes whose logits are 0 and the sum of weighted pixels: the loss of class 0 is log(1 + exp of that). */
const classify = ({ w }: { w: tf.Tensor2D }, images: tf.Tensor4D): tf.Tensor2D => {
  const sum = tf.matMul(tf.reshape(images, [images.shape[0], 4]) as tf.Tensor2D, w) as tf.Tensor2D;
  return tf.concat([tf.zerosLike(sum), sum], 1);
};
const weights = [3, -1, 2, 0.5];
const pixels = [0.5, 0.4, 0.6, 0.5];
const lossAt = (moved: readonly number[]): number =>
  Math.log1p(Math.exp(pixels.reduce((sum, pixel, i) => sum + weights[i]! * (pixel + moved[i]!), 0)));

it.each([
  ['linf', weights.map(Math.sign)],
  ['l2', weights.map((w) => w / Math.hypot(...weights))],
] as const)('%s: a step of epsilon along the gradient is of that length in the norm', async (norm, direction) => {
  const epsilon = 0.1;
  const along = lossAlong('test', classify, norm, [0, 0.5, 1]);
  const w = tf.tensor2d(weights, [4, 1]);
  const batch = {
    images: { data: Float32Array.from(pixels), shape: [1, 2, 2, 1] },
    labels: { data: Int32Array.of(0), shape: [1] },
    keys: [key(1)],
  } as const;
  const losses = await along.losses({ w }, batch, epsilon);
  [0, 0.5, 1].forEach((share, i) =>
    expect(losses[i]).toBeCloseTo(lossAt(direction.map((one) => share * epsilon * one)), 5),
  );
  // At their start both ways are alike, and no way of that length rises more.
  expect(losses[3]).toBe(losses[0]);
  expect(losses[5]).toBeLessThanOrEqual(losses[2]!);
  along.dispose();
  w.dispose();
});
