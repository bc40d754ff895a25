import { key } from '@spatial-ensemble/random';
import * as host from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  batchNormInference,
  batchNormTrain,
  biasAdd,
  compile,
  softmaxCrossEntropy,
  useTensorFlow,
  valueAndGrad,
} from '@spatial-ensemble/engine';
import { plainBatchNormTrain } from '../src/kernels/batch-norm.ts';
import { plainSoftmaxCrossEntropy } from '../src/kernels/cross-entropy.ts';
import { expectClose } from './close.ts';

beforeAll(async () => {
  await useTensorFlow();
});

type Tensors = { readonly [name: string]: tf.Tensor };
type Numbers = { readonly [name: string]: Float64Array };

interface Case {
  /** The fused op. */
  readonly fused: (inputs: Tensors) => tf.Tensor;
  /** The same from TensorFlow.js' ops. */
  readonly plain: (inputs: Tensors) => tf.Tensor;
  /** The same in float64, on plain numbers. */
  readonly exact: (inputs: Numbers) => ArrayLike<number>;
  readonly shapes: { readonly [name: string]: readonly number[] };
  /** Inputs that have no gradient, and those that must be positive. */
  readonly data?: Numbers;
  readonly positive?: readonly string[];
}

const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Numbers away from 0, where a rectifier has no derivative. */
function draw(name: string, shape: readonly number[], positive: boolean): Float32Array {
  return host
    .normal(key('gradients').fold(name), size(shape))
    .map((z) => (positive ? 0.3 + Math.abs(z) : z + 0.1 * Math.sign(z)));
}

/** Weighs every element of an output by its own number, so that no error cancels. */
const weight = (i: number): number => Math.cos(1 + i);

function loss(y: tf.Tensor): tf.Scalar {
  return tf.sum(
    tf.mul(y, tf.reshape(tf.tensor1d(Float32Array.from({ length: y.size }, (_, i) => weight(i))), y.shape)),
  ) as tf.Scalar;
}

/** Central differences of the exact function, h = 1e-5: their own error is about 1e-10. */
function differences(exact: Case['exact'], inputs: Numbers, name: string): Float64Array {
  const at = (i: number, h: number): number => {
    const moved = Float64Array.from(inputs[name]!);
    moved[i]! += h;
    const y = exact({ ...inputs, [name]: moved });
    return Array.from(y).reduce((sum, value, j) => sum + weight(j) * value, 0);
  };
  return inputs[name]!.map((_, i) => (at(i, 1e-5) - at(i, -1e-5)) / 2e-5);
}

const EPSILON = 1e-3;

function exactBatchNorm(channels: number, { x, gamma, beta, mean, variance }: Numbers): Float64Array {
  const n = x!.length / channels;
  const sums = (value: (i: number) => number): Float64Array =>
    x!.reduce((total, _, i) => ((total[i % channels]! += value(i) / n), total), new Float64Array(channels));
  const m = mean ?? sums((i) => x![i]!);
  const v = variance ?? sums((i) => (x![i]! - m[i % channels]!) ** 2);
  return x!.map(
    (value, i) =>
      (gamma![i % channels]! * (value - m[i % channels]!)) / Math.sqrt(v[i % channels]! + EPSILON) +
      beta![i % channels]!,
  );
}

function exactCrossEntropy(
  classes: number,
  logits: Float64Array,
  target: (row: number, c: number) => number,
): Float64Array {
  return Float64Array.from({ length: logits.length / classes }, (_, row) => {
    const z = logits.subarray(row * classes, (row + 1) * classes);
    const log = Math.log(z.reduce((sum, value) => sum + Math.exp(value), 0));
    return z.reduce((sum, value, c) => sum + target(row, c) * (log - value), 0);
  });
}

const LABELS = [2, 0, 3, 1, 3, 0];
const norm = (shape: readonly number[]) => ({ x: shape, gamma: [shape.at(-1)!], beta: [shape.at(-1)!] });
const statistics = (shape: readonly number[]) => ({ ...norm(shape), mean: [shape.at(-1)!], variance: [shape.at(-1)!] });
const probabilities = Float64Array.from(host.uniform(key(5), 24));

const batchNormOf = (shape: readonly number[]): Case => ({
  shapes: norm(shape),
  fused: ({ x, gamma, beta }) => batchNormTrain(x!, gamma!, beta!, EPSILON).y,
  plain: ({ x, gamma, beta }) => plainBatchNormTrain(x!, gamma!, beta!, EPSILON).y,
  exact: (inputs) => exactBatchNorm(shape.at(-1)!, inputs),
});
const inferenceOf = (shape: readonly number[]): Case => ({
  shapes: statistics(shape),
  positive: ['variance'],
  fused: ({ x, mean, variance, gamma, beta }) => batchNormInference(x!, mean!, variance!, gamma!, beta!, EPSILON),
  plain: ({ x, mean, variance, gamma, beta }) =>
    tf.add(tf.mul(tf.div(tf.sub(x!, mean!), tf.sqrt(tf.add(variance!, EPSILON))), gamma!), beta!),
  exact: (inputs) => exactBatchNorm(shape.at(-1)!, inputs),
});

const CASES: { readonly [name: string]: Case } = {
  'batch norm in training, [n, c]': batchNormOf([7, 3]),
  'batch norm in training, [n, t, c]': batchNormOf([2, 3, 2]),
  'batch norm in training, [n, h, w, c]': batchNormOf([2, 3, 2, 3]),
  'batch norm in evaluation, [n, c]': inferenceOf([5, 3]),
  'batch norm in evaluation, [n, h, w, c]': inferenceOf([2, 2, 3, 2]),
  relu: {
    shapes: { x: [3, 5] },
    fused: ({ x }) => tf.relu(x!),
    plain: ({ x }) => tf.maximum(x!, 0),
    exact: ({ x }) => x!.map((v) => Math.max(v, 0)),
  },
  'relu of images': {
    shapes: { x: [2, 2, 3, 2] },
    fused: ({ x }) => tf.relu(x!),
    plain: ({ x }) => tf.maximum(x!, 0),
    exact: ({ x }) => x!.map((v) => Math.max(v, 0)),
  },
  'leaky relu': {
    shapes: { x: [2, 2, 2, 3] },
    fused: ({ x }) => tf.leakyRelu(x!, 0.1),
    plain: ({ x }) => tf.maximum(x!, tf.mul(x!, 0.1)),
    exact: ({ x }) => x!.map((v) => Math.max(v, 0.1 * v)),
  },
  bias: {
    shapes: { x: [2, 2, 3, 2], bias: [2] },
    fused: ({ x, bias }) => biasAdd(x!, bias!),
    plain: ({ x, bias }) => tf.add(x!, bias!),
    exact: ({ x, bias }) => x!.map((v, i) => v + bias![i % 2]!),
  },
  'cross entropy of classes': {
    shapes: { logits: [6, 4] },
    fused: ({ logits }) => softmaxCrossEntropy(logits!, tf.tensor1d(LABELS, 'int32')),
    plain: ({ logits }) => plainSoftmaxCrossEntropy(logits!, tf.tensor1d(LABELS, 'int32')),
    exact: ({ logits }) => exactCrossEntropy(4, logits!, (row, c) => (LABELS[row] === c ? 1 : 0)),
  },
  // Rows sum to 1, as TensorFlow's gradient softmax(z) − p assumes.
  'cross entropy of probabilities': {
    shapes: { logits: [6, 4] },
    fused: ({ logits }) => softmaxCrossEntropy(logits!, tf.tensor2d(rows(probabilities), [6, 4])),
    plain: ({ logits }) => plainSoftmaxCrossEntropy(logits!, tf.tensor2d(rows(probabilities), [6, 4])),
    exact: ({ logits }) => exactCrossEntropy(4, logits!, (row, c) => rows(probabilities)[row * 4 + c]!),
  },
};

/** Each row of four divided by its sum. */
function rows(p: Float64Array): Float32Array {
  return Float32Array.from(p, (v, i) => v / p.subarray(i - (i % 4), i - (i % 4) + 4).reduce((a, b) => a + b, 0));
}

describe('fused ops equal the plain composition and finite differences of the exact function', () => {
  for (const [name, { fused, plain, exact, shapes, positive = [] }] of Object.entries(CASES)) {
    test(name, () => {
      tf.tidy(() => {
        const data = Object.fromEntries(
          Object.entries(shapes).map(([input, shape]) => [input, draw(input, shape, positive.includes(input))]),
        );
        const inputs: Tensors = Object.fromEntries(
          Object.entries(shapes).map(([input, shape]) => [input, tf.tensor(data[input]!, [...shape], 'float32')]),
        );
        const doubles: Numbers = Object.fromEntries(
          Object.entries(data).map(([input, numbers]) => [input, Float64Array.from(numbers)]),
        );
        const differentiate = (fn: (inputs: Tensors) => tf.Tensor) =>
          valueAndGrad((p: Tensors) => {
            const y = fn(p);
            return { loss: loss(y), aux: { y } };
          });
        const eager = differentiate(fused)(inputs);
        const traced = compile(differentiate(fused))(inputs);
        const reference = differentiate(plain)(inputs);
        for (const [how, made] of Object.entries({ eager, traced, reference })) {
          expectClose(made.aux.y, Float32Array.from(exact(doubles)), 1e-5, `${how} y`);
          for (const input of Object.keys(shapes)) {
            expect(made.grads[input]!.shape).toEqual(shapes[input]);
            expectClose(
              made.grads[input]!,
              Float32Array.from(differences(exact, doubles, input)),
              1e-4,
              `${how} gradient of ${input}`,
            );
          }
        }
      });
    });
  }
});

test.each([0.1, 0, 1, 2, -0.5])('leaky relu of slope %d tells sides by the input’s sign', (slope) => {
  const tiny = 2 ** -126; // TensorFlow takes what is smaller for 0, so that a tenth of it is
  const x = [-2, -tiny, -0, 0, tiny, 3, NaN, Infinity, -Infinity];
  const gradient = (params: { x: tf.Tensor }) =>
    valueAndGrad(({ x: one }: typeof params) => ({ loss: tf.sum(tf.leakyRelu(one, slope)) as tf.Scalar, aux: {} }))(
      params,
    ).grads.x;
  const expected = Float32Array.from(x, (one) => (one > 0 ? 1 : slope));
  tf.tidy(() => {
    const params = { x: tf.tensor1d(x) };
    for (const grad of [gradient(params), compile(gradient)(params)]) expect(grad.dataSync()).toEqual(expected);
  });
});

describe('batch norm', () => {
  test('gives the mean and the biased variance of the batch', () => {
    const x = tf.tensor(draw('x', [3, 4, 2, 5], false), [3, 4, 2, 5]);
    const { mean, variance } = batchNormTrain(x, tf.ones([5]), tf.zeros([5]), EPSILON);
    const moments = tf.moments(x, [0, 1, 2]);
    expectClose(mean, moments.mean);
    expectClose(variance, moments.variance);
    expect([mean.shape, variance.shape]).toEqual([[5], [5]]);
  });

  test('of one example per channel has variance 0 and gives β', () => {
    const { y, mean, variance } = batchNormTrain(
      tf.tensor2d([[3, -4]]),
      tf.tensor1d([2, 2]),
      tf.tensor1d([0.5, 1]),
      EPSILON,
    );
    expectClose(y, [0.5, 1]);
    expectClose(mean, [3, -4]);
    expectClose(variance, [0, 0]);
  });

  test('passes no gradient through its statistics', () => {
    const { grads } = valueAndGrad(({ x }: { x: tf.Tensor }) => {
      const { mean, variance } = batchNormTrain(x, tf.ones([2]), tf.zeros([2]), EPSILON);
      return { loss: tf.sum(tf.add(mean, variance)) as tf.Scalar, aux: {} };
    })({ x: tf.ones([4, 2]) });
    expectClose(grads.x, new Float32Array(8));
  });

  test('by tf.batchNorm with statistics for every pixel keeps the gradients of TensorFlow.js', () => {
    const shape = [2, 2, 2, 3];
    const inputs = Object.fromEntries(
      ['x', 'mean', 'variance', 'gamma', 'beta'].map((name) => [
        name,
        tf.tensor(draw(name, shape, name === 'variance'), shape),
      ]),
    );
    const differentiate = (fn: (p: Tensors) => tf.Tensor) =>
      valueAndGrad((p: Tensors) => ({ loss: loss(fn(p)), aux: {} }));
    type T4 = tf.Tensor4D;
    const fused = differentiate((p) =>
      tf.batchNorm(p['x'] as T4, p['mean'] as T4, p['variance'] as T4, p['beta'] as T4, p['gamma'] as T4, EPSILON),
    )(inputs).grads;
    const expected = differentiate((p) =>
      tf.add(
        tf.mul(tf.div(tf.sub(p['x']!, p['mean']!), tf.sqrt(tf.add(p['variance']!, EPSILON))), p['gamma']!),
        p['beta']!,
      ),
    )(inputs).grads;
    for (const name of Object.keys(inputs)) expectClose(fused[name]!, expected[name]!, 1e-4, name);
  });

  test('refuses what does not fit', () => {
    const x = tf.ones([2, 3]);
    const [three, two] = [tf.ones([3]), tf.ones([2])];
    expect(() => batchNormTrain(x, two, three, EPSILON)).toThrow("batch norm's gamma must have shape [3], got [2]");
    expect(() => batchNormInference(x, three, three, three, x, EPSILON)).toThrow(
      "batch norm's beta must have shape [3], got [2, 3]",
    );
    expect(() => batchNormTrain(three, three, three, EPSILON)).toThrow(
      'batch norm takes [batch, ..., channels], got shape [3]',
    );
  });
});

describe('cross entropy', () => {
  test('is exact where softmax alone would overflow', () => {
    expectClose(
      softmaxCrossEntropy(
        tf.tensor2d([
          [1000, 0],
          [0, -1000],
        ]),
        tf.tensor1d([1, 1], 'int32'),
      ),
      [1000, 1000],
    );
  });

  test('passes no gradient to its labels', () => {
    for (const crossEntropy of [softmaxCrossEntropy, plainSoftmaxCrossEntropy]) {
      const { grads } = valueAndGrad((p: { logits: tf.Tensor; labels: tf.Tensor }) => ({
        loss: tf.sum(crossEntropy(p.logits, p.labels)) as tf.Scalar,
        aux: {},
      }))({
        logits: tf.tensor2d([[1, 2]]),
        labels: tf.tensor2d([[0.5, 0.5]]),
      });
      expectClose(grads.labels, [0, 0]);
      expectClose(grads.logits, [1 / (1 + Math.E) - 0.5, Math.E / (1 + Math.E) - 0.5]);
    }
  });

  test('refuses labels that are no classes, and what does not fit', () => {
    const logits = tf.zeros([2, 3]);
    expect(() => softmaxCrossEntropy(logits, tf.tensor1d([0, 3], 'int32')).dataSync()).toThrow(
      /label value of 3 .* outside the valid range of \[0, 3\)/,
    );
    for (const labels of [tf.tensor1d([0, 1]), tf.tensor1d([0], 'int32'), tf.zeros([2, 2]), tf.zeros([2, 3], 'int32')])
      expect(() => softmaxCrossEntropy(logits, labels)).toThrow('softmaxCrossEntropy takes logits');
    expect(() => softmaxCrossEntropy(tf.zeros([3]), tf.zeros([3]))).toThrow('softmaxCrossEntropy takes logits');
  });
});
