import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { compile, conv2d, useTensorFlow, valueAndGrad } from '@spatial-ensemble/engine';

beforeAll(async () => {
  await useTensorFlow();
});

const given = (...shape: number[]) => ({ data: new Float32Array(0), shape });

test.each([
  [false, false, [3, 4], [4, 5]],
  [true, false, [4, 3], [4, 5]],
  [false, true, [3, 4], [5, 4]],
])('a product of matrices, transposed %s and %s: 2 · 3 · 4 · 5', (transposeA, transposeB, a, b) => {
  const product = compile((x: tf.Tensor2D, y: tf.Tensor2D) => tf.matMul(x, y, transposeA, transposeB));
  expect(product.count(given(...a) as never, given(...b) as never).flops).toBe(120);
  product.dispose();
});

test('a batch of products', () => {
  const product = compile((x: tf.Tensor3D, y: tf.Tensor3D) => tf.matMul(x, y));
  expect(product.count(given(7, 3, 4) as never, given(7, 4, 5) as never).flops).toBe(7 * 120);
  product.dispose();
});

test('a convolution and its two gradients each cost 2 · positions · window · channels in · channels out', () => {
  const forward = 2 * (2 * 4 * 4) * (3 * 3) * 3 * 6;
  const strided = compile((x: tf.Tensor4D, w: tf.Tensor4D) => conv2d(x, w, 2, 'same'));
  const images = given(2, 8, 8, 3) as never;
  expect(strided.count(images, given(3, 3, 3, 6) as never).flops).toBe(forward);
  strided.dispose();
  const both = compile((params: { x: tf.Tensor4D; w: tf.Tensor4D }) => {
    const { grads } = valueAndGrad(({ x, w }: typeof params) => ({
      loss: tf.sum(tf.square(conv2d(x, w, 2, 'same'))) as tf.Scalar,
      aux: {},
    }))(params);
    return grads;
  });
  expect(both.count({ x: images, w: given(3, 3, 3, 6) as never }).flops).toBe(3 * forward);
  both.dispose();
});

test('what is nested is counted, and state too', () => {
  const inner = compile((x: tf.Tensor2D) => tf.matMul(x, x));
  const outer = compile((x: tf.Tensor2D) => tf.add(inner(x), inner(x)));
  expect(outer.count(given(3, 3) as never).flops).toBe(2 * 54);
  outer.dispose();
});
