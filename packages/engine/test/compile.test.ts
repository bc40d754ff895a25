import { key, type Key } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  batchNormInference,
  batchNormTrain,
  biasAdd,
  compile,
  conv2d,
  keyed,
  maxPool,
  requireBackend,
  softmaxCrossEntropy,
  useTensorFlow,
  valueAndGrad,
} from '@spatial-ensemble/engine';
import { expectClose } from './close.ts';

beforeAll(async () => {
  await useTensorFlow();
});

type Fn = (...xs: tf.Tensor[]) => tf.Tensor | tf.Tensor[];

/** Numbers that look random, the same on every run. */
function numbers(shape: number[], seed = 1): tf.Tensor {
  return tf.add(tf.mul(keyed.normal(key(seed), shape), 0.7), 0.1);
}

const image = (): tf.Tensor => numbers([2, 6, 6, 3]);
const matrix = (): tf.Tensor => numbers([4, 5]);
const labels = [0, 2, 4, 1];

/** Functions and their inputs; the gradient is taken for the first input unless there is none. */
const FUNCTIONS: readonly (readonly [name: string, inputs: () => tf.Tensor[], fn: Fn, hasGradient?: boolean])[] = [
  [
    'arithmetic with broadcasting',
    () => [matrix(), numbers([5], 2)],
    (x, y) => tf.div(tf.sub(tf.mul(x!, y!), 3), tf.add(tf.square(y!), 1)),
  ],
  [
    'elementwise',
    () => [matrix()],
    (x) => [
      tf.exp(x!),
      tf.log(tf.add(tf.abs(x!), 1)),
      tf.tanh(x!),
      tf.sigmoid(x!),
      tf.softplus(x!),
      tf.sqrt(tf.add(tf.square(x!), 1)),
      tf.rsqrt(tf.add(tf.square(x!), 1)),
      tf.pow(tf.abs(x!), 1.5),
    ],
  ],
  [
    'relu, leaky relu, elu, relu6, step',
    () => [matrix()],
    (x) => [tf.relu(x!), tf.leakyRelu(x!, 0.1), tf.elu(x!), tf.relu6(x!), tf.step(x!)],
  ],
  [
    'reductions',
    () => [matrix()],
    (x) => [tf.sum(x!), tf.mean(x!, 0), tf.max(x!, 1), tf.min(x!), tf.prod(x!, 1), tf.logSumExp(x!, 1), tf.norm(x!)],
  ],
  ['moments', () => [matrix()], (x) => [tf.moments(x!, 0).mean, tf.moments(x!, [0, 1], true).variance]],
  ['cumulative sum', () => [matrix()], (x) => tf.cumsum(x!, 1, true)],
  [
    'matMul and its transposes',
    () => [matrix(), numbers([4, 3], 2)],
    (x, y) => tf.matMul(x as tf.Tensor2D, y as tf.Tensor2D, true),
  ],
  [
    'batched matMul',
    () => [numbers([2, 3, 4]), numbers([2, 4, 2], 2)],
    (x, y) => tf.matMul(x as tf.Tensor3D, y as tf.Tensor3D),
  ],
  [
    'concat, stack, addN: lists of inputs',
    () => [matrix(), numbers([4, 5], 2)],
    (x, y) => [tf.concat([x!, y!, x!], 1), tf.stack([x!, y!], 1), tf.addN([x!, y!, x!])],
  ],
  ['a list of one', () => [matrix()], (x) => [tf.concat([x!], 0), tf.stack([x!]), tf.addN([x!])]],
  ['split and unstack', () => [numbers([4, 6])], (x) => [...tf.split(x!, [1, 2, 3], 1), ...tf.unstack(x!)]],
  ['slices', () => [matrix()], (x) => [tf.slice(x!, [1, 2], [2, 3]), tf.reverse(x!, 1)]],
  [
    'strided slices, gatherND, scatterND',
    () => [matrix()],
    (x) => [
      tf.stridedSlice(x!, [0, 1], [4, 5], [2, 2]),
      tf.gatherND(
        x!,
        tf.tensor2d(
          [
            [0, 1],
            [2, 2],
          ],
          [2, 2],
          'int32',
        ),
      ),
      tf.scatterND(tf.tensor2d([[1], [3]], [2, 1], 'int32'), tf.slice(x!, 0, 2), [4, 5]),
    ],
    false,
  ],
  [
    'gather',
    () => [matrix(), tf.tensor1d([3, 0, 3], 'int32')],
    (x, i) => [tf.gather(x!, i as tf.Tensor1D), tf.gather(x!, tf.tensor1d([1, 1], 'int32'), 1)],
  ],
  [
    'logic',
    () => [matrix(), numbers([4, 5], 2)],
    (x, y) => [
      tf.logicalAnd(tf.less(x!, 0.5), tf.notEqual(x!, y!)),
      tf.logicalOr(tf.equal(x!, x!), tf.lessEqual(x!, y!)),
      tf.any(tf.greater(x!, 0), 1),
      tf.all(tf.greaterEqual(x!, 0)),
    ],
    false,
  ],
  [
    'where, maximum, minimum, clipping',
    () => [matrix(), numbers([4, 5], 2)],
    (x, y) => [
      tf.where(tf.greater(y!, 0), x!, tf.mul(x!, 2)),
      tf.maximum(x!, y!),
      tf.minimum(x!, y!),
      tf.clipByValue(x!, -0.5, 0.5),
    ],
  ],
  [
    'reshape, transpose, tile, pad, expandDims',
    () => [matrix()],
    (x) => [
      tf.reshape(x!, [2, -1]),
      tf.transpose(x!),
      tf.tile(x!, [2, 1]),
      tf.pad(
        x!,
        [
          [1, 0],
          [0, 2],
        ],
        3,
      ),
      tf.expandDims(x!, 1),
      tf.squeeze(tf.expandDims(x!)),
    ],
  ],
  ['softmax and log softmax', () => [matrix()], (x) => [tf.softmax(x!), tf.logSoftmax(x!)]],
  [
    'topk, argMax, oneHot',
    () => [matrix()],
    (x) => [tf.topk(x!, 2).values, tf.topk(x!, 2).indices, tf.argMax(x!, 1), tf.oneHot(tf.argMin(x!, 1), 5)],
    false,
  ],
  ['cross entropy', () => [matrix()], (x) => softmaxCrossEntropy(x!, tf.tensor1d(labels, 'int32'))],
  [
    'convolution, strided and dilated',
    () => [image(), numbers([3, 3, 3, 4], 2)],
    (x, f) => [
      conv2d(x!, f!, 1, 'same'),
      conv2d(x!, f!, 2, 1),
      tf.conv2d(x as tf.Tensor4D, f as tf.Tensor4D, 1, 'valid', 'NHWC', 2),
    ],
  ],
  [
    'depthwise and transposed convolution',
    () => [image(), numbers([3, 3, 3, 2], 2), numbers([3, 3, 4, 3], 3)],
    (x, f, g) => [
      tf.depthwiseConv2d(x as tf.Tensor4D, f as tf.Tensor4D, 1, 'same'),
      tf.conv2dTranspose(x as tf.Tensor4D, g as tf.Tensor4D, [2, 12, 12, 4], 2, 'same'),
    ],
  ],
  [
    'pooling',
    () => [image()],
    (x) => [maxPool(x!, 2, 2, 'valid'), maxPool(x!, 3, 2, 1), tf.avgPool(x as tf.Tensor4D, 2, 2, 'same')],
  ],
  [
    'batch norm in training',
    () => [image(), numbers([3], 2), numbers([3], 3)],
    (x, g, b) => Object.values(batchNormTrain(x!, g!, b!, 1e-3)) as tf.Tensor[],
  ],
  [
    'batch norm in evaluation',
    () => [image(), numbers([3], 2), tf.square(numbers([3], 3)), numbers([3], 4), numbers([3], 5)],
    (x, m, v, g, b) => batchNormInference(x!, m!, v!, g!, b!, 1e-3),
  ],
  ['bias', () => [image(), numbers([3], 2)], (x, b) => biasAdd(x!, b!)],
  [
    'casts',
    () => [matrix()],
    (x) => [tf.cast(x!, 'int32'), tf.cast(x!, 'bool'), tf.cast(tf.cast(x!, 'int32'), 'float32')],
    false,
  ],
  [
    'floor, ceil, round, sign, mod',
    () => [matrix()],
    (x) => [tf.floor(x!), tf.ceil(x!), tf.round(x!), tf.sign(x!), tf.mod(x!, 0.3), tf.floorDiv(x!, tf.scalar(0.4))],
    false,
  ],
  ['resizing', () => [image()], (x) => tf.image.resizeBilinear(x as tf.Tensor4D, [4, 9])],
  ['einsum', () => [matrix(), numbers([5, 2], 2)], (x, y) => tf.einsum('ij,jk->ik', x!, y!), false],
  [
    'filling: zeros, ones, range, linspace, eye',
    () => [matrix()],
    (x) => [
      tf.zerosLike(x!),
      tf.onesLike(x!),
      tf.mul(x!, tf.range(0, 5)),
      tf.mul(x!, tf.linspace(0, 1, 5)),
      tf.matMul(x as tf.Tensor2D, tf.eye(5)),
    ],
  ],
];

const list = (made: tf.Tensor | tf.Tensor[]): tf.Tensor[] => (Array.isArray(made) ? made : [made]);

/** The gradient of a sum over all of a function's outputs, each weighted by its own numbers. */
function gradientOf(fn: Fn): (...xs: tf.Tensor[]) => tf.Tensor {
  const loss = (...xs: tf.Tensor[]): tf.Scalar =>
    tf.addN(
      list(fn(...xs)).map((y, i) =>
        tf.sum(tf.mul(tf.cast(y, 'float32'), tf.add(tf.cos(tf.reshape(tf.range(0, y.size), y.shape)), i))),
      ),
    ) as tf.Scalar;
  return (x, ...rest) =>
    valueAndGrad((p: { x: tf.Tensor }) => ({ loss: loss(p.x, ...rest), aux: {} }))({ x: x! }).grads.x;
}

describe('a compiled function equals the same called op by op', () => {
  for (const [name, make, fn, hasGradient = true] of FUNCTIONS) {
    test(name, () => {
      tf.tidy(() => {
        const inputs = make();
        const jit = compile(
          (...xs: tf.Tensor[]) => ({
            outputs: list(fn(...xs)),
            gradient: hasGradient ? gradientOf(fn)(...xs) : tf.scalar(0),
          }),
          { name: 'jit' },
        );
        const compiled = jit(...inputs);
        const eager = list(fn(...inputs));
        expect(compiled.outputs.map(({ dtype }) => dtype)).toEqual(eager.map(({ dtype }) => dtype));
        eager.forEach((value, i) => expectClose(compiled.outputs[i]!, value, 2e-5, `output ${i}`));
        if (hasGradient) expectClose(compiled.gradient, gradientOf(fn)(...inputs), 5e-5, 'gradient');
        jit.dispose();
      });
    });
  }
});

describe('what goes in and out', () => {
  test('trees of any shape; every output a tensor of its own', () => {
    const f = compile((tree: { a: tf.Tensor[]; b: { c: tf.Tensor } }, empty: Record<string, never>) => ({
      same: tree.a[0]!,
      twice: [tree.b.c, tree.b.c],
      empty,
      none: [],
    }));
    const a = tf.tensor1d([1, 2]);
    const made = f({ a: [a], b: { c: tf.scalar(3) } }, {});
    expect(made.empty).toEqual({});
    expect(made.none).toEqual([]);
    a.dispose();
    made.twice[0]!.dispose();
    expect(Array.from(made.same.dataSync())).toEqual([1, 2]);
    expect(made.twice[1]!.dataSync()[0]).toBe(3);
  });

  test('host tensors: float32, int32, and uint8, which is int32 where it is used', () => {
    const f = compile((a: tf.Tensor, b: tf.Tensor, c: tf.Tensor) => {
      return {
        types: tf.scalar([a.dtype, b.dtype, c.dtype].join(), 'string'),
        sum: tf.add(tf.cast(c, 'float32'), tf.add(a, tf.cast(b, 'float32'))),
        doubled: tf.mul(c, 2),
        same: c,
      };
    });
    const made = f(
      { data: Float32Array.of(0.5), shape: [1] },
      { data: Int32Array.of(-1), shape: [1] },
      { data: Uint8Array.of(200, 255), shape: [2] },
    );
    expect(made.types.dataSync()).toEqual(['float32,int32,int32']);
    expect(Array.from(made.sum.dataSync())).toEqual([199.5, 254.5]);
    expect(Array.from(made.doubled.dataSync())).toEqual([400, 510]);
    expect([made.same.dtype, ...made.same.dataSync()]).toEqual(['int32', 200, 255]);
    const wide = f(
      { data: Float32Array.of(0), shape: [1] },
      { data: Int32Array.of(0), shape: [1] },
      { data: Int32Array.of(1000), shape: [1] },
    );
    expect(Array.from(wide.doubled.dataSync())).toEqual([2000]);
    expect(f.traces).toBe(2);
  });

  test('bool, complex64 and string arguments; shapes with a 0', () => {
    const f = compile((b: tf.Tensor, c: tf.Tensor, s: tf.Tensor, e: tf.Tensor) => ({
      b: tf.logicalNot(b),
      c: tf.abs(tf.mul(c, c)),
      s,
      e: tf.concat([e, e], 1),
      sum: tf.sum(e),
    }));
    const made = f(tf.tensor1d([true, false]), tf.complex(3, 4), tf.tensor1d(['é', '']), tf.zeros([2, 0]));
    expect(Array.from(made.b.dataSync())).toEqual([0, 1]);
    expect(made.c.dataSync()[0]).toBeCloseTo(25, 4);
    expect(made.s.dataSync()).toEqual(['é', '']);
    expect([made.e.shape, made.sum.dataSync()[0]]).toEqual([[2, 0], 0]);
  });

  test('a nested compiled function is inlined, keys and all', () => {
    const inner = compile((x: tf.Tensor, k: Key) => ({ y: tf.mul(x, 2), u: keyed.uniform(k.fold('u'), [3]), x }), {
      name: 'inner',
    });
    const outer = compile((x: tf.Tensor, k: Key) => {
      const { y, u, x: same } = inner(tf.add(x, 1), k.fold('outer'));
      return tf.add(tf.add(y, u), same);
    });
    const eager = tf.add(tf.mul(5, 3), keyed.uniform(key(4).fold('outer').fold('u'), [3]));
    expectClose(outer(tf.scalar(4), key(4)), eager);
    expect([outer.traces, inner.traces]).toEqual([1, 0]);
  });
});

describe('tracing again', () => {
  const scale = () =>
    compile((x: tf.Tensor | { a: tf.Tensor }) => tf.mul('a' in x ? x.a : x, 2), { name: 'scale', maxTraces: 3 });

  test('happens for another shape, type or structure, and not for other values', () => {
    const f = compile((x: { readonly [name: string]: tf.Tensor }) => Object.values(x)[0]!);
    const inputs: Record<string, tf.Tensor>[] = [
      { a: tf.tensor1d([1]) },
      { a: tf.tensor1d([2]) },
      { a: tf.tensor1d([1, 2]) },
      { a: tf.tensor1d([1], 'int32') },
      { b: tf.tensor1d([1]) },
      { a: tf.tensor1d([1]), b: tf.tensor1d([1]) },
      { b: tf.tensor1d([2]), a: tf.tensor1d([1]) },
      { a: tf.tensor1d([3]) },
    ];
    const traces = inputs.map((x) => {
      f(x);
      return f.traces;
    });
    // The sixth and the seventh differ in the order in which their records were written only.
    expect(traces).toEqual([1, 1, 2, 3, 4, 5, 5, 5]);
  });

  test('never happens for another key, and keys give their own numbers', () => {
    const f = compile((k: Key) => keyed.uniform(k.fold('a'), [4]));
    const draws = [1, 2, 3].map((seed) => Array.from(f(key(seed)).dataSync()));
    expect(f.traces).toBe(1);
    draws.forEach((draw, i) => expect(draw).toEqual(Array.from(keyed.uniform(key(i + 1).fold('a'), [4]).dataSync())));
    expect(draws[0]).not.toEqual(draws[1]);
  });

  test('beyond maxTraces is an error that names what changes', () => {
    const f = scale();
    for (const n of [1, 2, 3]) f(tf.zeros([n]));
    f(tf.zeros([2]));
    expect(() => f(tf.zeros([4]))).toThrow(
      /scale was traced 3 times.*args\[0\]: float32\[4\] \(was float32\[3\]\).*raise maxTraces/,
    );
    expect(() => f({ a: tf.zeros([4]) })).toThrow(
      /scale was traced 3 times.*args\[0\]\.a: float32\[4\] \(was absent\)/,
    );
    expect(f.traces).toBe(3);
  });

  test('stops when it was disposed, and no other function minds', () => {
    const [f, g] = [scale(), scale()];
    f(tf.scalar(1));
    g(tf.scalar(1));
    f.dispose();
    f.dispose();
    expect(() => f(tf.scalar(1))).toThrow('scale was disposed');
    expect(g(tf.scalar(2)).dataSync()[0]).toBe(4);
  });
});

test('tracing and running leave no tensors behind', () => {
  const x = tf.add(tf.ones([2, 2]), 0);
  const { binding } = requireBackend();
  const before = [tf.memory().numTensors, binding.getNumOfTensors()];
  for (let i = 0; i < 3; i++) {
    const f = compile((y: tf.Tensor) => ({ a: tf.softmax(tf.add(y, tf.tensor1d([1, 2]))), b: [tf.topk(y, 1).values] }));
    tf.dispose(f(x));
    expect(() => compile((y: tf.Tensor) => tf.scalar(tf.sum(tf.mul(y, 2)).dataSync()[0]!))(x)).toThrow(
      'was read while the function is traced',
    );
    f.dispose();
  }
  expect([tf.memory().numTensors, binding.getNumOfTensors()]).toEqual(before);
});
