import { key } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  batchNorm,
  constant,
  convolution,
  dense,
  network,
  relativeDistance,
  sequence,
  stopGradient,
  TORCH_BATCH_NORM,
  torchVariable,
  type BatchNormOptions,
  type Module,
} from '../src/index.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe('batch norm', () => {
  const options: BatchNormOptions = { epsilon: 1e-3, decay: 0.75, runningVariance: 'unbiased' };
  const single = (changed: Partial<BatchNormOptions> = {}) => {
    const norm = batchNorm('bn', 1, { ...options, ...changed });
    return network({ declares: norm.declares, forward: (pass, x) => ({ y: norm.forward(pass, x) }) });
  };
  // Mean 2.5, biased variance 1.25, unbiased 5/3.
  const x = () => tf.tensor2d([[1], [2], [3], [4]]);

  it.each([
    { runningVariance: 'unbiased', expected: 0.75 + (0.25 * 5) / 3 },
    { runningVariance: 'biased', expected: 0.75 + 0.25 * 1.25 },
  ] as const)('moves the running variance by the $runningVariance one', ({ runningVariance, expected }) => {
    const net = single({ runningVariance });
    const { buffers, y } = net.apply(net.init(key(0)), x(), { mode: 'train' });
    expect(buffers['bn.mean']!.dataSync()[0]).toBeCloseTo(0.25 * 2.5, 6);
    expect(buffers['bn.variance']!.dataSync()[0]).toBeCloseTo(expected, 6);
    // Whatever the running variance takes, the batch is normalised by its biased one.
    expect(y.dataSync()[3]).toBeCloseTo(1.5 / Math.sqrt(1.25 + 1e-3), 5);
  });

  it('leaves the running statistics alone in eval mode, and normalises by them', () => {
    const net = single();
    const variables = net.init(key(0));
    const { buffers, y } = net.apply(variables, x(), { mode: 'eval' });
    expect(buffers).toEqual(variables.buffers);
    expect(y.dataSync()[3]).toBeCloseTo(4 / Math.sqrt(1 + 1e-3), 5);
  });

  it('keeps the old statistics at decay 1', () => {
    const net = single({ decay: 1 });
    const { buffers } = net.apply(net.init(key(0)), x(), { mode: 'train' });
    expect([buffers['bn.mean']!.dataSync()[0], buffers['bn.variance']!.dataSync()[0]]).toEqual([0, 1]);
  });
});

describe('network', () => {
  it('refuses two variables of one name', () => {
    const layer = dense('fc', { inputs: 1, outputs: 1, initial: constant(0) });
    expect(() => network({ declares: [...layer.declares, ...layer.declares], forward: () => ({}) })).toThrow(
      'two variables are called fc.kernel',
    );
  });

  it('runs a sequence in order', () => {
    const twice = sequence(
      dense('a', { inputs: 1, outputs: 2, initial: constant(2) }),
      dense('b', { inputs: 2, outputs: 1, initial: constant(3) }),
    );
    const net = network({ declares: twice.declares, forward: (pass, x) => ({ y: twice.forward(pass, x) }) });
    expect(net.apply(net.init(key(0)), tf.tensor2d([[1], [5]]), { mode: 'eval' }).y.arraySync()).toEqual([[12], [60]]);
    expect(Object.keys(net.metas.params)).toEqual(['a.kernel', 'a.bias', 'b.kernel', 'b.bias']);
  });
});

it('names and lays out variables as PyTorch does', () => {
  const torchOf = ({ declares }: Module) => declares.map(({ meta }) => torchVariable(meta));
  const sizes = { inputs: 5, outputs: 7, size: 3, bias: true, padding: 'same' } as const;
  expect(torchOf(convolution('layer1.0.conv2', sizes))).toEqual([
    { name: 'layer1.0.conv2.weight', shape: [7, 5, 3, 3], axes: [3, 2, 0, 1] },
    { name: 'layer1.0.conv2.bias', shape: [7], axes: [0] },
  ]);
  expect(torchOf(dense('fc', { inputs: 2, outputs: 4, initial: constant(0) }))[0]).toEqual({
    name: 'fc.weight',
    shape: [4, 2],
    axes: [1, 0],
  });
  expect(torchOf(batchNorm('bn1', 4, TORCH_BATCH_NORM)).map(({ name }) => name)).toEqual(
    ['weight', 'bias', 'running_mean', 'running_var'].map((name) => `bn1.${name}`),
  );
});

it('refuses a variable that PyTorch does not have, or whose axes are not those of its shape', () => {
  const meta = { shape: [2, 3], module: 'a', name: 'b', decays: false };
  expect(() => torchVariable(meta)).toThrow('a.b has no counterpart in PyTorch: give its meta `torch`');
  expect(() => torchVariable({ ...meta, torch: { name: 'a.b', axes: [1] } })).toThrow(
    'a.b: the axes [1] are no order of those of the shape [2, 3]',
  );
});

describe('stopGradient', () => {
  it('keeps the value and lets no gradient through, not even where there is none', () => {
    const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => {
      const chosen = tf.cast(tf.greater(stopGradient(tf.square(x)), 4), 'float32');
      return tf.sum(tf.mul(chosen, x)) as tf.Scalar;
    })(tf.tensor1d([1, 3, 5])) as unknown as { value: tf.Tensor; grad: tf.Tensor };
    expect(value.dataSync()[0]).toBe(8);
    expect([...grad.dataSync()]).toEqual([0, 1, 1]);
  });

  it('is a constant factor of the derivative', () => {
    const grad = tf.grad((x: tf.Tensor) => tf.sum(tf.mul(stopGradient(tf.square(x)), x)))(tf.tensor1d([2, 3]));
    expect([...grad.dataSync()]).toEqual([4, 9]);
  });
});

it('measures how far apart two sets of tensors are, relative to the second', () => {
  const [a, b] = [
    { x: tf.tensor1d([3, 0]), y: tf.scalar(0) },
    { x: tf.tensor1d([0, 0]), y: tf.scalar(4) },
  ];
  expect(relativeDistance(a, b).dataSync()[0]).toBeCloseTo(5 / 4, 6);
  expect(relativeDistance(b, b).dataSync()[0]).toBe(0);
  expect(() => relativeDistance({ x: a.x }, b)).toThrow('no y');
});
