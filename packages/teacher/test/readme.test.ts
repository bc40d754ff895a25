import '@tensorflow/tfjs';
import type { Tensors } from '@spatial-ensemble/nn';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { runExample } from '../../../tools/vitest/readme-example.ts';

it('the example of README.md runs: a filter is kept, or moves as a whole', async () => {
  await tf.setBackend('cpu');
  const { kept, metrics } = await runExample(new URL('../README.md', import.meta.url), ['kept', 'metrics']);
  const kernel = (kept as { teacher: { params: Tensors } }).teacher.params['fc.kernel'] as tf.Tensor2D;
  const [first = [], ...others] = await kernel.array();
  expect(new Set(first)).toEqual(new Set([0, 0.25]));
  for (const row of others) expect(row).toEqual(first);
  // A bias shares the draw of its filter, so that the share of draws is that of filters.
  const { preserveRate } = metrics as { preserveRate: tf.Scalar };
  expect(preserveRate.dataSync()[0]).toBeCloseTo(first.filter((value) => value === 0).length / 64, 6);
});
