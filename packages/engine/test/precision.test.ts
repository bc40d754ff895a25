import { key, normal } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import {
  batchNormInference,
  batchNormTrain,
  biasAdd,
  compile,
  compileStep,
  conv2d,
  hostScalar,
  keyed,
  maxPool,
  requireBackend,
  softmaxCrossEntropy,
  useTensorFlow,
  valueAndGrad,
  type CompileOptions,
} from '@spatial-ensemble/engine';
import type { Bfloat16Kernels } from '../src/binding/bfloat16-kernels.ts';
import { toBfloat16 } from '../src/compile/bfloat16.ts';
import { expectClose } from './close.ts';

beforeAll(async () => {
  await useTensorFlow();
});

type Params = { readonly [name in 'first' | 'second' | 'gamma' | 'beta' | 'dense' | 'bias']: tf.Tensor };

const fresh = (): Params => ({
  first: tf.mul(keyed.normal(key(1), [3, 3, 3, 16]), 0.2),
  second: tf.mul(keyed.normal(key(2), [3, 3, 16, 16]), 0.1),
  gamma: tf.ones([16]),
  beta: tf.zeros([16]),
  dense: tf.mul(keyed.normal(key(3), [16, 10]), 0.3),
  bias: tf.mul(keyed.normal(key(5), [10]), 0.1),
});

const images = (): tf.Tensor => keyed.normal(key(4), [16, 12, 12, 3]);
const labels = { data: Int32Array.from({ length: 16 }, (_, i) => i % 10), shape: [16] };

/**
 * A small network with every kind of op between products. `r` stands where the policy rounds to bfloat16, forward and
 * backward.
 */
function network(p: Params, x: tf.Tensor, classes: tf.Tensor, r: (x: tf.Tensor) => tf.Tensor): tf.Scalar {
  const convolved = r(conv2d(r(x), r(p.first), 1, 1));
  const normal1 = r(tf.leakyRelu(r(batchNormTrain(convolved, p.gamma, p.beta, 1e-5).y), toBfloat16(0.1)));
  const residual = r(tf.add(r(conv2d(normal1, r(p.second), 1, 1)), normal1));
  const features = tf.mean(r(maxPool(tf.relu(residual), 2, 2, 'valid')), [1, 2]) as tf.Tensor2D;
  const logits = r(biasAdd(r(tf.matMul(r(features) as tf.Tensor2D, r(p.dense) as tf.Tensor2D)), r(p.bias)));
  return tf.mean(softmaxCrossEntropy(logits, classes)) as tf.Scalar;
}

function differentiated(r: (x: tf.Tensor) => tf.Tensor) {
  return (p: Params, x: tf.Tensor, classes: tf.Tensor) =>
    valueAndGrad((params: Params) => ({ loss: network(params, x, classes, r), aux: {} }))(p);
}

const asIs = (x: tf.Tensor): tf.Tensor => x;

/** Rounds on the host, value and gradient: an implementation of its own, without any bfloat16 of TensorFlow's. */
const rounded = tf.customGrad((x) => {
  const round = (t: tf.Tensor): tf.Tensor => tf.tensor(t.dataSync().map(toBfloat16), t.shape);
  return { value: round(x as tf.Tensor), gradFunc: (dy: tf.Tensor) => round(dy) };
}) as (x: tf.Tensor) => tf.Tensor;

type Result = ReturnType<ReturnType<typeof differentiated>>;
const numbers = ({ loss, grads }: Result): number[] =>
  [loss, ...Object.values(grads)].flatMap((tensor) => Array.from((tensor as tf.Tensor).dataSync()));
const distance = (a: readonly number[], b: readonly number[]): number => Math.hypot(...a.map((v, i) => v - b[i]!));

function withKernels<T>(kernels: Bfloat16Kernels, use: () => T): T {
  const spy = vi.spyOn(requireBackend().binding.runtime, 'bfloat16', 'get').mockReturnValue(kernels);
  try {
    return use();
  } finally {
    spy.mockRestore();
  }
}

describe('bfloat16', () => {
  test('rounds to 8 bits, ties to even', () => {
    const cases = [
      [1 + 2 ** -7, 1 + 2 ** -7],
      [1 + 2 ** -8, 1],
      [1 + 3 * 2 ** -8, 1 + 2 ** -6],
      [1 + 2 ** -8 + 2 ** -20, 1 + 2 ** -7],
      [-0.1, -0.10009765625],
      [3.4e38, Infinity],
      [Infinity, Infinity],
    ] as const;
    for (const [value, expected] of cases) expect(toBfloat16(value)).toBe(expected);
    expect(toBfloat16(NaN)).toBeNaN();
    // As TensorFlow casts.
    const values = normal(key(9), 1000);
    const compiled = compile(
      (x: tf.Tensor) => biasAdd(tf.matMul(x as tf.Tensor2D, tf.tensor2d([[1]])), tf.zeros([1])),
      {
        precision: 'bfloat16',
      },
    );
    expect(Array.from(compiled(tf.tensor(values, [1000, 1])).dataSync())).toEqual(Array.from(values, toBfloat16));
  });

  test('gives what rounding by hand does: loss and gradients of a network', () => {
    const given = [fresh(), images(), tf.tensor1d(labels.data, 'int32')] as const;
    const float32 = numbers(compile(differentiated(asIs))(...given));
    const simulated = numbers(differentiated(rounded)(...given));
    const actual = numbers(compile(differentiated(asIs), { precision: 'bfloat16' })(...given));
    // Another order of a sum moves a value to the next bfloat16 now and then; the policy moves all of them.
    const policy = distance(simulated, float32);
    expect(policy).toBeGreaterThan(1e-3 * Math.hypot(...float32));
    expect(distance(actual, simulated)).toBeLessThan(0.25 * policy);
  });

  test('adds products up in float32: a convolution, a matrix product and their gradients', () => {
    const [x, f, dy] = [
      keyed.normal(key(6), [4, 16, 16, 8]),
      keyed.normal(key(7), [3, 3, 8, 8]),
      keyed.normal(key(8), [4, 16, 16, 8]),
    ];
    const [a, b, dc] = [
      keyed.normal(key(6), [32, 300]),
      keyed.normal(key(7), [300, 16]),
      keyed.normal(key(8), [32, 16]),
    ];
    const products = (q: Record<'x' | 'f' | 'dy' | 'a' | 'b' | 'dc', tf.Tensor>): Record<string, tf.Tensor> => {
      const [dx, df] = tf.grads((x1: tf.Tensor, f1: tf.Tensor) => conv2d(x1, f1, 1, 1))(
        [q.x, q.f],
        q.dy as tf.Tensor4D,
      );
      const [da, db] = tf.grads((a1: tf.Tensor, b1: tf.Tensor) => tf.matMul(a1 as tf.Tensor2D, b1 as tf.Tensor2D))(
        [q.a, q.b],
        q.dc as tf.Tensor2D,
      );
      return {
        y: conv2d(q.x, q.f, 1, 1),
        c: tf.matMul(q.a as tf.Tensor2D, q.b as tf.Tensor2D),
        dx: dx!,
        df: df!,
        da: da!,
        db: db!,
      };
    };
    const inputs = { x, f, dy, a, b, dc };
    const hand = Object.fromEntries(Object.entries(inputs).map(([name, t]) => [name, rounded(t)])) as typeof inputs;
    const magnitudes = products(
      Object.fromEntries(Object.entries(hand).map(([name, t]) => [name, tf.abs(t)])) as typeof inputs,
    );
    const exact = products(hand);
    const made = compile(products, { precision: 'bfloat16' })(inputs);
    // Terms of the longest sum: an entry of the filter's gradient.
    const terms = 4 * 16 * 16;
    for (const [name, tensor] of Object.entries(made)) {
      const [values, sums] = [exact[name]!.dataSync(), magnitudes[name]!.dataSync()];
      // Twice float32's bound, once for each side, and the output's rounding: bfloat16 has 8 bits.
      const off = tensor.dataSync().findIndex((value, i) => {
        const sum = 2 * terms * 2 ** -24 * sums[i]!;
        return !(Math.abs(value - values[i]!) <= sum + 2 ** -8 * (Math.abs(values[i]!) + sum));
      });
      expect(off, name).toBe(-1);
      expect(Array.from(tensor.dataSync()), `${name} is bfloat16`).toEqual(Array.from(tensor.dataSync(), toBfloat16));
    }
  });

  test('is visible in the traced graph: products and what stands between them; all else is float32', () => {
    const given = [fresh(), images(), tf.tensor1d(labels.data, 'int32')] as const;
    const native = withKernels(
      'native',
      () => compile(differentiated(asIs), { precision: 'bfloat16' }).count(...given).signatures,
    );
    const statistics = 'float32, float32, float32, float32';
    const nodes = Object.entries({
      'Conv2D(bfloat16, bfloat16)': 2,
      'Conv2DBackpropInput(int32, bfloat16, bfloat16)': 1,
      'Conv2DBackpropFilter(bfloat16, int32, bfloat16)': 2,
      'BatchMatMulV2(bfloat16, bfloat16)': 3,
      'BiasAdd(bfloat16, bfloat16)': 1,
      'BiasAddGrad(float32)': 1,
      [`FusedBatchNormV3(bfloat16, ${statistics})`]: 1,
      [`FusedBatchNormGradV3(bfloat16, bfloat16, ${statistics})`]: 1,
      'LeakyRelu(bfloat16)': 1,
      'LeakyReluGrad(bfloat16, bfloat16)': 1,
      'Relu(bfloat16)': 1,
      'ReluGrad(bfloat16, bfloat16)': 1,
      'MaxPool(bfloat16)': 1,
      'MaxPoolGrad(float32, float32, float32)': 1,
      'Mean(float32, int32)': 2,
      'SparseSoftmaxCrossEntropyWithLogits(float32, int32)': 1,
      // To bfloat16: images, two filters, features, matrix, bias, and the gradients of logits and pooling's input; and
      // two of TensorFlow.js' own in `tf.mean`, from float32 to float32.
      'Cast(float32)': 8 + 2,
      // To float32: pooling's values for their mean, and its input for its gradient; logits, the gradient of the features,
      // and those of two filters and the matrix.
      'Cast(bfloat16)': 7,
    });
    for (const [signature, count] of nodes) expect(native.get(signature), signature).toBe(count);
    const named = new Set(nodes.map(([signature]) => signature.replace(/\(.*/, '')));
    const others = [...native.keys()].filter((signature) => named.has(signature.replace(/\(.*/, '')));
    expect(others.toSorted()).toEqual(nodes.map(([signature]) => signature).toSorted());

    const rounded = withKernels(
      'rounded',
      () => compile(differentiated(asIs), { precision: 'bfloat16' }).count(...given).signatures,
    );
    expect(rounded.get('Conv2D(float32, float32)')).toBe(2);
    expect([...rounded.keys()].filter((signature) => signature.includes('bfloat16'))).toEqual(['Cast(bfloat16)']);
  });

  test('takes batch norm with given statistics too', () => {
    const network = (x: tf.Tensor, f: tf.Tensor, one: tf.Tensor): tf.Tensor =>
      conv2d(batchNormInference(conv2d(x, f, 1, 'same'), one, one, one, one, 1e-3), f, 1, 'same');
    const given = [keyed.normal(key(1), [2, 4, 4, 3]), keyed.normal(key(2), [3, 3, 3, 3]), tf.ones([3])] as const;
    const signatures = withKernels(
      'native',
      () => compile(network, { precision: 'bfloat16' }).count(...given).signatures,
    );
    expect(signatures.get('FusedBatchNormV3(bfloat16, float32, float32, float32, float32)')).toBe(1);
    expect(signatures.get('Cast(bfloat16)')).toBe(1);
    const made = compile(network, { precision: 'bfloat16' })(...given).dataSync();
    const exact = network(...given).dataSync();
    const off = Math.hypot(...made.map((v, i) => v - exact[i]!)) / Math.hypot(...exact);
    expect(off).toBeGreaterThan(2 ** -12);
    expect(off).toBeLessThan(2 ** -6);
  });

  test('has no way beside XLA, which drops casts there and back', () => {
    expect(() => compile((x: tf.Tensor) => tf.add(x, 1), { name: 'f', precision: 'bfloat16', xla: true })).toThrow(
      'f: XLA drops casts to bfloat16 and back, so that its numbers are others: take xla or bfloat16, not both',
    );
  });
});

test('float32 has no bfloat16 anywhere, and no cast but those of tf.mean', () => {
  const given = [fresh(), images(), tf.tensor1d(labels.data, 'int32')] as const;
  const { signatures } = compile(differentiated(asIs)).count(...given);
  expect(signatures.get('Conv2D(float32, float32)')).toBe(2);
  expect(signatures.get('Cast(float32)')).toBe(2);
  expect([...signatures.keys()].filter((signature) => signature.includes('bfloat16'))).toEqual([]);
});

/** Two steps; gives the losses, and the parameters after them. */
function train(options: CompileOptions): { losses: number[]; state: number[]; types: string[] } {
  const step = compileStep(
    (state: Params, x: tf.Tensor, classes: tf.Tensor, rate: tf.Tensor) => {
      const { loss, grads } = differentiated(asIs)(state, x, classes);
      const next = Object.entries(state).map(([name, p]) => [
        name,
        tf.sub(p as tf.Tensor, tf.mul(rate, grads[name as keyof Params])),
      ]);
      return [Object.fromEntries(next) as Params, loss] as const;
    },
    { name: 'train', ...options },
  );
  let state = fresh();
  const losses: number[] = [];
  for (let i = 0; i < 2; i++) {
    const [next, loss] = step(state, images(), labels, hostScalar(0.1));
    state = next;
    losses.push(loss.dataSync()[0]!);
  }
  const tensors = Object.values(state) as tf.Tensor[];
  return {
    losses,
    state: tensors.flatMap((tensor) => Array.from(tensor.dataSync())),
    types: tensors.map(({ dtype }) => dtype),
  };
}

describe('a compiled step', () => {
  test('keeps its state in float32, and gives the same bits twice, in either precision', () => {
    const [exact, rounded] = [train({}), train({ precision: 'bfloat16' })];
    expect(new Set(rounded.types)).toEqual(new Set(['float32']));
    expectClose(rounded.losses, exact.losses, 0.02, 'loss');
    expectClose(rounded.state, exact.state, 0.02, 'parameters');
    expect(rounded.state).not.toEqual(exact.state);
    // Parameters are not rounded: most have bits that bfloat16 lacks.
    expect(rounded.state.filter((value) => value !== toBfloat16(value)).length).toBeGreaterThan(
      rounded.state.length / 2,
    );
    expect(train({})).toEqual(exact);
    expect(train({ precision: 'bfloat16' })).toEqual(rounded);
  });

  // XLA takes seconds to compile a network of several convolutions; one is as good.
  test('with XLA agrees within 1e-5', () => {
    const trained = (options: CompileOptions): number[] => {
      const step = compileStep((filter: tf.Tensor, x: tf.Tensor) => {
        const { loss, grads } = valueAndGrad((at: tf.Tensor) => ({
          loss: tf.mean(tf.square(tf.relu(conv2d(x, at, 1, 1)))) as tf.Scalar,
          aux: {},
        }))(filter);
        return [tf.sub(filter, tf.mul(0.1, grads)), loss];
      }, options);
      const [next] = step(fresh().first, images());
      const [last, loss] = step(next, images());
      return [...loss.dataSync(), ...last.dataSync()];
    };
    expectClose(trained({ xla: true }), trained({}), 1e-5, 'loss and filter');
  });
});
