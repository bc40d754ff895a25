import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { runExample } from '../../../tools/vitest/readme-example.ts';

it('the example of README.md runs', async () => {
  await tf.setBackend('cpu');
  const { top1, predicted } = await runExample(new URL('../README.md', import.meta.url), ['top1', 'predicted']);
  expect(top1).toBe(50);
  expect(predicted).toEqual(Int32Array.of(0, 1));
});
