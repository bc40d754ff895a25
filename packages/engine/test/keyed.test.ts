import * as host from '@spatial-ensemble/random';
import { key, type Key } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { compile, keyed, useTensorFlow, type AnyKey } from '@spatial-ensemble/engine';

beforeAll(async () => {
  await useTensorFlow();
});

// 4 words make a block of Philox: around blocks, odd ones, and more than TensorFlow draws in one piece.
const SIZES = [0, 1, 2, 3, 4, 5, 7, 8, 31, 257, 1000, 100_003];
const FOLDS: readonly (readonly [string, (k: AnyKey) => AnyKey])[] = [
  ['a bare key', (k) => k],
  ['a fold by a name', (k) => k.fold('mask')],
  ['a fold by an empty name and by a long one', (k) => k.fold('').fold('x'.repeat(300))],
  ['a fold by numbers', (k) => k.fold(0).fold(4_294_967_295).fold(12_345)],
  ['a fold by an accented name', (k) => k.fold('é/1').fold(7)],
];

const floats = (tensor: tf.Tensor): Float32Array => tensor.dataSync() as Float32Array;
const bits = (values: ArrayLike<number>): Uint32Array => new Uint32Array(Float32Array.from(values).buffer);

describe.each(FOLDS)('after %s', (_, fold) => {
  test('words, uniforms, Bernoullis and permutations have the bits of the host, outside and inside a compiled function', () => {
    const k = key('a seed');
    const n = 257;
    const draw = (given: AnyKey) => {
      const folded = fold(given);
      return {
        words: keyed.words(folded, [n]),
        uniform: keyed.uniform(folded, [n]),
        bernoulli: keyed.bernoulli(folded, 0.3, [n]),
        permutation: keyed.permutation(folded, n),
        normal: keyed.normal(folded, [n]),
      };
    };
    const own = fold(k) as Key;
    for (const made of [draw(k), compile((given: Key) => draw(given))(k)]) {
      expect(new Uint32Array(made.words.dataSync().buffer)).toEqual(host.words(own, n));
      expect(bits(made.uniform.dataSync())).toEqual(bits(host.uniform(own, n)));
      expect(Uint8Array.from(made.bernoulli.dataSync())).toEqual(host.bernoulli(own, 0.3, n));
      expect(made.permutation.dataSync()).toEqual(host.permutation(own, n));
      const expected = host.normal(own, n);
      expect(Math.max(...floats(made.normal).map((z, i) => Math.abs(z - expected[i]!)))).toBeLessThan(1e-6);
    }
  });
});

test('all sizes have the bits of the host', () => {
  const k = key(2 ** 40 + 17).fold('sizes');
  for (const n of SIZES) {
    tf.tidy(() => {
      expect(
        Buffer.compare(Buffer.from(keyed.uniform(k, [n]).dataSync().buffer), Buffer.from(host.uniform(k, n).buffer)),
        `uniform ${n}`,
      ).toBe(0);
      expect(
        Buffer.compare(Buffer.from(keyed.words(k, [n]).dataSync().buffer), Buffer.from(host.words(k, n).buffer)),
        `words ${n}`,
      ).toBe(0);
      const [made, expected] = [floats(keyed.normal(k, [n])), host.normal(k, n)];
      expect(
        made.reduce((worst, z, i) => Math.max(worst, Math.abs(z - expected[i]!)), 0),
        `normal ${n}`,
      ).toBeLessThan(1e-6);
      const order = keyed.permutation(k, n);
      expect([order.dtype, order.shape]).toEqual(['int32', [n]]);
      expect(
        Buffer.compare(Buffer.from(order.dataSync().buffer), Buffer.from(host.permutation(k, n).buffer)),
        `permutation ${n}`,
      ).toBe(0);
    });
  }
});

test('a shape of several dimensions holds the same numbers in row order', () => {
  const k = key(3);
  for (const shape of [[], [5, 7], [3, 1, 11, 2], [2, 0, 3]]) {
    const made = [
      keyed.uniform(k, shape),
      keyed.normal(k, shape),
      keyed.bernoulli(k, 0.5, shape),
      compile((given: Key) => keyed.uniform(given, shape))(k),
    ];
    for (const tensor of made) expect(tensor.shape).toEqual(shape);
    const size = shape.reduce((a, b) => a * b, 1);
    expect(made[0]!.dataSync()).toEqual(host.uniform(k, size));
    expect(made[3]!.dataSync()).toEqual(host.uniform(k, size));
    expect(Uint8Array.from(made[2]!.dataSync())).toEqual(host.bernoulli(k, 0.5, size));
  }
});

test('uniforms fill [0, 1), Bernoullis have their probability, normals their moments', () => {
  const k = key('moments');
  const n = 100_000;
  const u = floats(keyed.uniform(k, [n]));
  expect([u.reduce((a, b) => Math.min(a, b)) >= 0, u.reduce((a, b) => Math.max(a, b)) < 1]).toEqual([true, true]);
  expect(u.reduce((a, b) => a + b) / n).toBeCloseTo(0.5, 2);
  const z = floats(keyed.normal(k.fold(1), [n]));
  expect(z.reduce((a, b) => a + b) / n).toBeCloseTo(0, 1);
  expect(z.reduce((a, b) => a + b * b) / n).toBeCloseTo(1, 1);
  for (const p of [0, 0.1, 0.9, 1]) {
    const mean = tf.mean(keyed.bernoulli(k.fold(2), p, [n])).dataSync()[0]!;
    // Five standard deviations.
    expect(Math.abs(mean - p)).toBeLessThanOrEqual(5 * Math.sqrt((p * (1 - p)) / n));
  }
});

test('a probability may be a tensor, also one that a compiled function is given', () => {
  const k = key(8);
  const expected = host.bernoulli(k, 0.7, 100);
  const f = compile((given: Key, p: tf.Scalar) => keyed.bernoulli(given, p, [100]));
  expect(Uint8Array.from(keyed.bernoulli(k, tf.scalar(0.7), [100]).dataSync())).toEqual(expected);
  expect(Uint8Array.from(f(k, tf.scalar(0.7)).dataSync())).toEqual(expected);
  f(k, tf.scalar(0.2));
  expect(f.traces).toBe(1);
});

test('draws do not disturb each other, and different keys differ', () => {
  const k = key(1);
  const first = keyed.uniform(k.fold('a'), [8]).dataSync();
  keyed.normal(k.fold('b'), [100]).dataSync();
  expect(keyed.uniform(k.fold('a'), [8]).dataSync()).toEqual(first);
  const draws = [k, k.fold('a'), k.fold('b'), k.fold(0), k.fold('0'), key(2), key('1')].map((other) =>
    Array.from(keyed.words(other, [2]).dataSync()).join(),
  );
  expect(new Set(draws).size).toBe(draws.length);
});

test('what cannot be drawn is an error', () => {
  const k = key(1);
  for (const p of [-0.1, 1.1, 70, NaN])
    expect(() => keyed.bernoulli(k, p, [1])).toThrow(/a probability must be in \[0, 1\], got/);
  for (const n of [-1, 1.5, NaN])
    expect(() => keyed.permutation(k, n)).toThrow(/a permutation has a length from 0 to 2147483647, got/);
  for (const draw of [keyed.uniform, keyed.words, keyed.normal])
    expect(() => draw(k, [2, -1])).toThrow('a shape holds whole numbers from 0 up, got [2, -1]');
  expect(() => keyed.bernoulli(k, 0.5, [2.5])).toThrow('a shape holds whole numbers');
});
