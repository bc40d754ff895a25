import { key, normal } from '@spatial-ensemble/random';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { addFloat64, compileStep, holdFloat64, readFloat64, useTensorFlow } from '@spatial-ensemble/engine';

beforeAll(async () => {
  await useTensorFlow();
});

beforeEach(async () => {
  await tf.setBackend('tensorflow');
});

/** Numbers of very different sizes, whose sums round in float64 already. */
const rows = Array.from({ length: 200 }, (_, row) =>
  Float32Array.from(normal(key(row).fold('row'), 5), (value, i) => value * 10 ** ((row % 37) - 18 + i)),
);
const START = [0, 1 / 3, -1e300, 5e-324, Number.MAX_SAFE_INTEGER];

function onHost(): number[] {
  return rows.reduce((sums, row) => sums.map((sum, i) => sum + row[i]!), [...START]);
}

test.each([
  ['tensorflow', false],
  ['tensorflow', true],
  ['cpu', false],
])('sums on %s (XLA: %s) have the bits of those on the host', async (backend, xla) => {
  await tf.setBackend(backend);
  const step = compileStep((sums: tf.Tensor, x: tf.Tensor) => [addFloat64(sums, x), tf.scalar(0)] as const, {
    name: 'sums',
    xla,
  });
  const { data, shape } = holdFloat64(START);
  let sums = tf.tensor(data as Float32Array, [...shape], 'float32');
  for (const row of rows) {
    const [next, rest] = step.begin(sums, { data: row, shape: [5] });
    rest.dispose();
    sums = next;
  }
  expect([...readFloat64((await sums.data()) as Float32Array)]).toEqual(onHost());
  expect(onHost()).not.toEqual(START);
  sums.dispose();
  step.dispose();
});

test('op by op too, and what does not fit is refused', () => {
  const { data, shape } = holdFloat64([0.1, 1e20]);
  const sums = tf.tensor(data as Float32Array, [...shape], 'float32');
  const added = addFloat64(sums, tf.tensor1d([0.5, -3]));
  expect([...readFloat64(added.dataSync() as Float32Array)]).toEqual([0.1 + 0.5, 1e20 - 3]);
  expect(() => addFloat64(sums, tf.tensor1d([1]))).toThrow(/float32 \[n\] to sums that are held as float32 \[n, 2\]/);
});
