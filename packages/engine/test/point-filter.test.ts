import { key, normal } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { compile, conv2d, useTensorFlow, valueAndGrad, type Padding } from '@spatial-ensemble/engine';
import { binding } from '../src/binding/start.ts';

beforeAll(async () => {
  await useTensorFlow();
});

// Unit roundoff of float32.
const U = 2 ** -24;

interface Shape {
  readonly batch: number;
  readonly image: readonly [number, number];
  readonly stride: number;
  readonly channels: readonly [number, number];
  readonly padding?: Padding;
}

// The first six were wrong by 10 to 80 % with oneDNN's kernel for AVX2, not at every call.
const SHAPES: { readonly [name: string]: Shape } = {
  '3 channels to 6': { batch: 4, image: [8, 8], stride: 2, channels: [3, 6] },
  '4 channels to 8, a large batch': { batch: 64, image: [32, 32], stride: 2, channels: [4, 8] },
  '5 channels to 14, same': { batch: 1, image: [14, 12], stride: 2, channels: [5, 14], padding: 'same' },
  '1 channel to 32': { batch: 16, image: [10, 6], stride: 2, channels: [1, 32] },
  '7 channels to 7': { batch: 4, image: [12, 14], stride: 2, channels: [7, 7] },
  // With oneDNN's kernel for AVX-512 this one ended the process, after some hundred calls at most.
  '8 channels to 14, one image': { batch: 1, image: [16, 16], stride: 2, channels: [8, 14] },
  'stride 3': { batch: 1, image: [12, 12], stride: 3, channels: [4, 16] },
  'padded by number': { batch: 4, image: [7, 9], stride: 2, channels: [3, 5], padding: 1 },
  'an image whose last pixel is read': { batch: 4, image: [7, 9], stride: 2, channels: [3, 5] },
  'a block of 8 channels': { batch: 8, image: [10, 10], stride: 2, channels: [8, 16] },
  'as in WRN-28-2: 32 channels to 64': { batch: 8, image: [32, 32], stride: 2, channels: [32, 64] },
};

/** `dx[c, o] = Σ x[p, c] dy[p, o]` over the pixels that are read, and how far float32 may be off in any order. */
function definition({ batch, image, stride, channels, padding = 'valid' }: Shape, x: Float32Array, dy: Float32Array) {
  const [height, width] = image;
  const [inputs, outputs] = channels;
  const border = typeof padding === 'number' ? padding : 0;
  const [rows, columns] = image.map((size) => Math.floor((size + 2 * border - 1) / stride) + 1) as [number, number];
  const [exact, magnitude] = [new Float64Array(inputs * outputs), new Float64Array(inputs * outputs)];
  for (let p = 0; p < batch * rows * columns; p++) {
    const n = Math.floor(p / (rows * columns));
    const row = (Math.floor(p / columns) % rows) * stride - border;
    const column = (p % columns) * stride - border;
    if (row < 0 || row >= height || column < 0 || column >= width) continue;
    for (let i = 0; i < inputs; i++)
      for (let o = 0; o < outputs; o++) {
        const product = x[((n * height + row) * width + column) * inputs + i]! * dy[p * outputs + o]!;
        exact[i * outputs + o]! += product;
        magnitude[i * outputs + o]! += Math.abs(product);
      }
  }
  const terms = batch * rows * columns;
  return { exact, bounds: magnitude.map((sum) => (sum * terms * U) / (1 - terms * U)), shape: [rows, columns] };
}

describe('the gradient of a strided 1 x 1 filter equals its definition', () => {
  test.each(Object.entries(SHAPES))('%s', (name, shape) => {
    const { batch, image, stride, channels, padding = 'valid' } = shape;
    // Memory that another call has used shows what reads beyond its own.
    for (let call = 0; call < 4; call++)
      tf.tidy(() => {
        const draw = (what: string, of: readonly number[]): tf.Tensor =>
          tf.tensor(
            normal(
              key(name).fold(what).fold(call),
              of.reduce((a, b) => a * b),
            ),
            [...of],
          );
        const x = draw('x', [batch, ...image, channels[0]]);
        const filter = draw('filter', [1, 1, ...channels]);
        const outputs = conv2d(x, filter, stride, padding);
        const dy = draw('dy', outputs.shape);
        const { grads } = valueAndGrad((p: { filter: tf.Tensor }) => ({
          loss: tf.sum(tf.mul(conv2d(x, p.filter, stride, padding), dy)) as tf.Scalar,
          aux: {},
        }))({ filter });
        const { exact, bounds, shape: size } = definition(shape, x.dataSync() as Float32Array, dy.dataSync() as Float32Array); // prettier-ignore
        expect(outputs.shape.slice(1, 3)).toEqual(size);
        const beyond = [...grads.filter.dataSync()].findIndex((value, i) => !(Math.abs(value - exact[i]!) <= bounds[i]!)); // prettier-ignore
        expect(beyond, `call ${call}`).toBe(-1);
      });
  });
});

describe('the detour', () => {
  const run = compile(
    (x: tf.Tensor, filter: tf.Tensor) =>
      valueAndGrad((p: { filter: tf.Tensor }) => ({
        loss: tf.sum(conv2d(x, p.filter, 2, 'valid')) as tf.Scalar,
        aux: {},
      }))({ filter }),
    { name: 'point' },
  );
  const inputs = (channels: number) => [tf.zeros([1, 8, 8, channels]), tf.zeros([1, 1, channels, 16])] as const;

  test('is taken where a kernel is wrong, and there alone', () => {
    const slices = (channels: number): number =>
      [...run.count(...inputs(channels)).signatures].filter(([op]) => op.startsWith('StridedSlice')).length;
    const block = binding().runtime.oneDnnBlock;
    const detours = { none: [0, 0, 0, 0, 0], 8: [1, 1, 0, 0, 1], 16: [1, 1, 1, 0, 1] };
    expect([3, 7, 8, 16, 20].map(slices)).toEqual(detours[block ?? 'none']);
  });

  test('is not in a fingerprint, which is the same on every processor', () => {
    expect(run.fingerprint(...inputs(3))).toBe('caeab877dce0295a89f707f7b2f9a80d78fe9449f123e1a8196e65119d95027d');
  });
});
