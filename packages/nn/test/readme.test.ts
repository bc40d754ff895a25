import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { runExample } from '../../../tools/vitest/readme-example.ts';

it('the example of README.md runs: one update takes the loss down, and names its state', async () => {
  await tf.setBackend('cpu');
  const names = ['loss', 'next', 'after', 'images'] as const;
  const { loss, next, after, images } = await runExample(new URL('../README.md', import.meta.url), names);
  const { slots, params } = next as { slots: object; params: Record<string, tf.Tensor> };
  expect(Object.keys(slots)).toEqual(['velocity']);
  expect(params['fc.kernel']?.shape).toEqual([16, 3]);
  const { logits } = after as { logits: tf.Tensor2D };
  expect(logits.shape).toEqual([(images as tf.Tensor).shape[0], 3]);
  // Three classes, and features of 0 after the batch norm of equal pixels: the first loss is near log 3.
  expect(Math.abs(((loss as tf.Scalar).dataSync()[0] ?? NaN) - Math.log(3))).toBeLessThan(1);
});
