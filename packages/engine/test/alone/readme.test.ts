import type * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { runExample } from '../../../../tools/vitest/readme-example.ts';

test('the example of README.md runs: one step down the gradient of (x · w)², by hand', async () => {
  const { weights, loss } = await runExample(new URL('../../README.md', import.meta.url), ['weights', 'loss']);
  expect([...(loss as tf.Scalar).dataSync()]).toEqual([9]);
  // w − 0.1 · 2(x · w)x = (1, 1) − 0.6 · (1, 2)
  [0.4, -0.2].forEach((value, i) => expect((weights as tf.Tensor).dataSync()[i]).toBeCloseTo(value, 6));
});
