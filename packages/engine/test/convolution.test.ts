import { key, normal } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, test } from 'vitest';
import { compile, conv2d, maxPool, useTensorFlow, valueAndGrad, type Padding } from '@spatial-ensemble/engine';
import { gatherFilter, spreadFilter, spreadShape } from '../src/kernels/dilation.ts';
import { expectClose } from './close.ts';

beforeAll(async () => {
  await useTensorFlow();
});

/** Rows and columns around the image: [[top, bottom], [left, right]]. */
type Sides = readonly [readonly [number, number], readonly [number, number]];

interface Geometry {
  readonly image: readonly [number, number];
  readonly window: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly padding: Padding;
  readonly dilation?: number;
}

const DEFAULT: Geometry = { image: [5, 6], window: [3, 3], strides: [1, 1], padding: 'valid' };

const GEOMETRIES: { readonly [name: string]: Partial<Geometry> } = {
  valid: {},
  same: { padding: 'same' },
  'same, strided: more at the end': { image: [6, 8], strides: [2, 2], padding: 'same' },
  'same, strided, odd image': { image: [7, 5], strides: [2, 2], padding: 'same' },
  'symmetric 1, as PyTorch': { padding: 1 },
  'symmetric 1, strided': { image: [6, 8], strides: [2, 2], padding: 1 },
  'symmetric 1, strided, odd image': { image: [7, 5], strides: [2, 2], padding: 1 },
  'symmetric 3, window 7, stride 2': { image: [9, 8], window: [7, 7], strides: [2, 2], padding: 3 },
  'wide: more than half the window': { padding: 2 },
  asymmetric: {
    padding: [
      [0, 0],
      [1, 2],
      [0, 1],
      [0, 0],
    ],
  },
  'asymmetric, strided, oblong': {
    window: [2, 3],
    strides: [2, 3],
    padding: [
      [0, 0],
      [0, 1],
      [2, 1],
      [0, 0],
    ],
  },
  'zero, by number': { padding: 0 },
  'rows that no window reaches': { image: [6, 6], window: [2, 2], strides: [4, 3] },
  'strides that skip pixels': { image: [7, 7], window: [1, 1], strides: [2, 2] },
  'window 1': { window: [1, 1] },
};

const DILATED: { readonly [name: string]: Partial<Geometry> } = {
  dilated: { image: [7, 8], dilation: 2 },
  'dilated, same': { image: [7, 8], dilation: 2, padding: 'same' },
  'dilated, symmetric': { image: [6, 5], dilation: 2, padding: 2 },
  'dilated by 3, asymmetric': {
    image: [6, 9],
    window: [2, 2],
    dilation: 3,
    padding: [
      [0, 0],
      [1, 0],
      [0, 2],
      [0, 0],
    ],
  },
};

function sidesOf({ image, window, strides, padding, dilation = 1 }: Geometry): Sides {
  if (padding === 'valid')
    return [
      [0, 0],
      [0, 0],
    ];
  if (typeof padding === 'number')
    return [
      [padding, padding],
      [padding, padding],
    ];
  if (padding !== 'same') return [padding[1], padding[2]];
  const axis = (i: 0 | 1): [number, number] => {
    const total = Math.max(
      0,
      (Math.ceil(image[i] / strides[i]) - 1) * strides[i] + (window[i] - 1) * dilation + 1 - image[i],
    );
    return [Math.floor(total / 2), Math.ceil(total / 2)];
  };
  return [axis(0), axis(1)];
}

/** Visits every pair of an output pixel and an image pixel that its window covers, with the window's own pixel. */
function visit(
  geometry: Geometry,
  each: (out: readonly [number, number], pixel: readonly [number, number], tap: readonly [number, number]) => void,
): readonly [number, number] {
  const { image, window, strides, dilation = 1 } = geometry;
  const sides = sidesOf(geometry);
  const size = (i: 0 | 1): number =>
    Math.floor((image[i] + sides[i][0] + sides[i][1] - (window[i] - 1) * dilation - 1) / strides[i]) + 1;
  const out: [number, number] = [size(0), size(1)];
  for (let y = 0; y < out[0]; y++)
    for (let x = 0; x < out[1]; x++)
      for (let u = 0; u < window[0]; u++)
        for (let v = 0; v < window[1]; v++) {
          const [row, column] = [
            y * strides[0] - sides[0][0] + u * dilation,
            x * strides[1] - sides[1][0] + v * dilation,
          ];
          if (row >= 0 && row < image[0] && column >= 0 && column < image[1]) each([y, x], [row, column], [u, v]);
        }
  return out;
}

const [BATCH, IN, OUT] = [2, 2, 3];
const at = (n: number, y: number, x: number, c: number, width: number, height: number, channels: number): number =>
  ((n * height + y) * width + x) * channels + c;

interface Reference {
  readonly shape: number[];
  readonly y: Float64Array;
  readonly dx: Float64Array;
  readonly df: Float64Array;
  /** How far each value may be off: see `Sums`. */
  readonly bounds?: { readonly y: Float64Array; readonly dx: Float64Array; readonly df: Float64Array };
}

// Unit roundoff of float32.
const U = 2 ** -24;

/**
 * Sums of products of float32 numbers, and how far float32 may be off whatever the order of summation, with or without
 * fused multiply-add: n products and n − 1 additions round n times at most on the way of any product, so
 * `n·u/(1 − n·u) · Σ|products|` (Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., eq. 3.5).
 */
class Sums {
  readonly values: Float64Array;
  readonly #magnitudes: Float64Array;
  readonly #terms: Float64Array;

  constructor(length: number) {
    [this.values, this.#magnitudes, this.#terms] = [0, 1, 2].map(() => new Float64Array(length)) as [
      Float64Array,
      Float64Array,
      Float64Array,
    ];
  }

  add(index: number, product: number): void {
    this.values[index]! += product;
    this.#magnitudes[index]! += Math.abs(product);
    this.#terms[index]! += 1;
  }

  bounds(): Float64Array {
    return this.#magnitudes.map((magnitude, i) => (magnitude * this.#terms[i]! * U) / (1 - this.#terms[i]! * U));
  }
}

/** Convolution and the gradients of Σ y·w, from their definition. */
function exactConvolution(g: Geometry, x: Float32Array, f: Float32Array, weight: (i: number) => number): Reference {
  const pairs: (readonly [number, number, number])[] = [];
  const [height, width] = visit(g, () => undefined);
  for (let n = 0; n < BATCH; n++)
    for (let i = 0; i < IN; i++)
      for (let o = 0; o < OUT; o++)
        visit(g, ([y, c], [row, column], [u, v]) => {
          pairs.push([
            at(n, y, c, o, width, height, OUT),
            at(n, row, column, i, g.image[1], g.image[0], IN),
            ((u * g.window[1] + v) * IN + i) * OUT + o,
          ]);
        });
  const [y, dx, df] = [new Sums(BATCH * height * width * OUT), new Sums(x.length), new Sums(f.length)];
  for (const [out, pixel, tap] of pairs) {
    y.add(out, x[pixel]! * f[tap]!);
    dx.add(pixel, weight(out) * f[tap]!);
    df.add(tap, weight(out) * x[pixel]!);
  }
  return {
    shape: [BATCH, height, width, OUT],
    y: y.values,
    dx: dx.values,
    df: df.values,
    bounds: { y: y.bounds(), dx: dx.bounds(), df: df.bounds() },
  };
}

/** Pooling and its gradient; padding never wins and is not counted. */
function exactPooling(
  kind: 'max' | 'avg',
  g: Geometry,
  x: Float32Array,
  weight: (i: number) => number,
): Omit<Reference, 'df'> {
  const covered = new Map<number, number[]>();
  const [height, width] = visit(g, () => undefined);
  for (let n = 0; n < BATCH; n++)
    for (let i = 0; i < IN; i++)
      visit(g, ([y, c], [row, column]) => {
        const out = at(n, y, c, i, width, height, IN);
        covered.set(out, [...(covered.get(out) ?? []), at(n, row, column, i, g.image[1], g.image[0], IN)]);
      });
  const [y, dx] = [new Float64Array(BATCH * height * width * IN), new Float64Array(x.length)];
  for (const [out, pixels] of covered) {
    // The first of equal ones gets the gradient.
    const best = pixels.reduce((a, b) => (x[b]! > x[a]! ? b : a));
    y[out] = kind === 'max' ? x[best]! : pixels.reduce((sum, pixel) => sum + x[pixel]!, 0) / pixels.length;
    for (const pixel of kind === 'max' ? [best] : pixels)
      dx[pixel]! += kind === 'max' ? weight(out) : weight(out) / pixels.length;
  }
  return { shape: [BATCH, height, width, IN], y, dx };
}

const weight = (i: number): number => Math.fround(Math.cos(1 + i));
const draw = (name: string, n: number): Float32Array => normal(key('convolution').fold(name), n);

function differentiate(fn: (p: { x: tf.Tensor; f: tf.Tensor }) => tf.Tensor) {
  return valueAndGrad((p: { x: tf.Tensor; f: tf.Tensor }) => {
    const y = fn(p);
    return {
      loss: tf.sum(
        tf.mul(y, tf.reshape(tf.tensor1d(Float32Array.from({ length: y.size }, (_, i) => weight(i))), y.shape)),
      ) as tf.Scalar,
      aux: { y },
    };
  });
}

function check(
  made: { aux: { y: tf.Tensor }; grads: { x: tf.Tensor; f: tf.Tensor } },
  expected: Omit<Reference, 'df'> & Partial<Reference>,
  how: string,
): void {
  expect(made.aux.y.shape, how).toEqual(expected.shape);
  const close = (tensor: tf.Tensor, name: 'y' | 'dx' | 'df'): void => {
    if (expected.bounds === undefined) return expectClose(tensor, Float32Array.from(expected[name]!), 1e-5, name);
    expect(firstBeyond(tensor.dataSync(), expected[name]!, expected.bounds[name]), `${how} ${name}`).toBeUndefined();
  };
  close(made.aux.y, 'y');
  close(made.grads.x, 'dx');
  if (expected.df !== undefined) close(made.grads.f, 'df');
}

/** The first value that is further off than it may be, in words. */
function firstBeyond(made: ArrayLike<number>, exact: Float64Array, bounds: Float64Array): string | undefined {
  const i = exact.findIndex((value, index) => !(Math.abs(made[index]! - value) <= bounds[index]!));
  return i < 0 ? undefined : `[${i}] is ${made[i]}, exactly ${exact[i]}, may be off by ${bounds[i]}`;
}

function geometryOf(partial: Partial<Geometry>): Geometry {
  return { ...DEFAULT, ...partial };
}

function data(g: Geometry): { x: Float32Array; f: Float32Array; xShape: number[]; fShape: number[] } {
  const [xShape, fShape] = [
    [BATCH, ...g.image, IN],
    [...g.window, IN, OUT],
  ];
  // Below 0, so that padding with 0 would win a maximum.
  return {
    xShape,
    fShape,
    x: draw(
      'x',
      xShape.reduce((a, b) => a * b),
    ).map((v) => v - 2),
    f: draw(
      'f',
      fShape.reduce((a, b) => a * b),
    ),
  };
}

describe('convolution, forward and backward, equals its definition, eager and traced', () => {
  for (const [name, partial] of Object.entries({ ...GEOMETRIES, ...DILATED })) {
    test(name, () => {
      tf.tidy(() => {
        const g = geometryOf(partial);
        const { x, f, xShape, fShape } = data(g);
        const fn = (p: { x: tf.Tensor; f: tf.Tensor }): tf.Tensor =>
          g.dilation === undefined
            ? conv2d(p.x, p.f, [...g.strides], g.padding)
            : tf.conv2d(p.x as tf.Tensor4D, p.f as tf.Tensor4D, [...g.strides], g.padding, 'NHWC', g.dilation);
        const expected = exactConvolution(g, x, f, weight);
        const inputs = { x: tf.tensor(x, xShape), f: tf.tensor(f, fShape) };
        check(differentiate(fn)(inputs), expected, 'eager');
        check(compile(differentiate(fn))(inputs), expected, 'traced');
      });
    });
  }
});

test('one filter value in TF32, or one product less, is beyond what rounding may do', () => {
  const g = geometryOf({ padding: 'same' });
  const { x, f } = data(g);
  const right = exactConvolution(g, x, f, weight);
  const wrong = (change: (filter: Float32Array) => void): string | undefined => {
    const filter = f.slice();
    change(filter);
    return firstBeyond(exactConvolution(g, x, filter, weight).y, right.y, right.bounds!.y);
  };
  expect(wrong(() => undefined)).toBeUndefined();
  expect(wrong((filter) => (filter[0] = 0))).toBeDefined();
  // TF32 keeps 10 bits behind the point: 13 of float32's 23 are cut.
  const word = (filter: Float32Array): Uint32Array => new Uint32Array(filter.buffer);
  expect(wrong((filter) => (word(filter)[0]! &= ~0x1fff))).toBeDefined();
});

test('a filter with its gaps written out convolves as the dilated one, and comes back', () => {
  tf.tidy(() => {
    const f = tf.tensor(draw('f', 36), [3, 2, 2, 3]) as tf.Tensor4D;
    const x = tf.tensor(draw('x', 324), [2, 9, 9, 2]) as tf.Tensor4D;
    const wide = spreadFilter(f, [2, 3]);
    expect(wide.shape).toEqual(spreadShape(f.shape, [2, 3]));
    expect(Array.from(gatherFilter(wide, [2, 3]).dataSync())).toEqual(Array.from(f.dataSync()));
    expectClose(tf.conv2d(x, wide, 1, 'valid'), tf.conv2d(x, f, 1, 'valid', 'NHWC', [2, 3]), 1e-5);
  });
});

describe('pooling, forward and backward, equals its definition, eager and traced', () => {
  for (const [name, partial] of Object.entries(GEOMETRIES)) {
    test(name, () => {
      tf.tidy(() => {
        const g = geometryOf(partial);
        const { x, f, xShape, fShape } = data(g);
        const inputs = { x: tf.tensor(x, xShape), f: tf.tensor(f, fShape) };
        const differentiated = {
          max: differentiate((p) => maxPool(p.x, [...g.window], [...g.strides], g.padding)),
          avg: differentiate((p) => tf.avgPool(p.x as tf.Tensor4D, [...g.window], [...g.strides], g.padding)),
        };
        const traced = compile((p: { x: tf.Tensor; f: tf.Tensor }) => ({
          max: differentiated.max(p),
          avg: differentiated.avg(p),
        }))(inputs);
        for (const kind of ['max', 'avg'] as const) {
          const expected = exactPooling(kind, g, x, weight);
          check(differentiated[kind](inputs), expected, `eager ${kind}`);
          check(traced[kind], expected, `traced ${kind}`);
        }
      });
    });
  }
});

test("TensorFlow.js' own cpu backend agrees", async () => {
  const names = ['same, strided: more at the end', 'symmetric 1, strided', 'asymmetric'];
  const run = (): number[][] =>
    names.flatMap((name) => {
      const g = geometryOf(GEOMETRIES[name]!);
      const { x, f, xShape, fShape } = data(g);
      const inputs = { x: tf.tensor(x, xShape), f: tf.tensor(f, fShape) };
      const convolved = differentiate((p) => conv2d(p.x, p.f, [...g.strides], g.padding))(inputs);
      const pooled = differentiate((p) => maxPool(p.x, [...g.window], [...g.strides], g.padding))(inputs);
      return [convolved.aux.y, convolved.grads.x, convolved.grads.f, pooled.aux.y, pooled.grads.x].map((tensor) =>
        Array.from(tensor.dataSync()),
      );
    });
  const ours = run();
  await tf.setBackend('cpu');
  const theirs = run();
  await tf.setBackend('tensorflow');
  ours.forEach((made, i) => expectClose(made, theirs[i]!, 1e-5, `${names[Math.floor(i / 5)]} ${i % 5}`));
});

test('errors say what does not fit', () => {
  const x = tf.zeros([1, 4, 4, 2]);
  expect(() => conv2d(x, tf.zeros([3, 3, 3, 1]), 1, 'same')).toThrow(
    /depth of input \(2\) must match input depth for filter 3/,
  );
  expect(() => conv2d(x, tf.zeros([5, 5, 2, 1]), 1, 'valid')).toThrow(
    'conv2d: a window of 5 x 5 does not fit into an image of 4 x 4, padding included',
  );
  expect(() => compile((y: tf.Tensor) => conv2d(y, tf.zeros([7, 7, 2, 1]), 1, 1))(x)).toThrow(
    'conv2d: a window of 7 x 7 does not fit into an image of 6 x 6',
  );
  expect(() => maxPool(x, 5, 1, 'valid')).toThrow('pooling: a window of 5 x 5 does not fit');
  expect(() => maxPool(tf.zeros([4, 4]), 2, 2, 'valid')).toThrow(/rank 4/);
});
