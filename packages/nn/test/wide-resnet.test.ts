import { compile, softmaxCrossEntropy, useTensorFlow, valueAndGrad } from '@spatial-ensemble/engine';
import { key } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  countValues,
  FIXMATCH_WRN_28_2,
  kernelsOnly,
  wideResNet,
  type Tensors,
  type Variables,
  type WideResNetOptions,
} from '../src/index.ts';
import { fromTorch, readFixture, relativeError, unpackTensor, type Packed, type PackedByName } from './fixtures.ts';

interface Case {
  readonly options: WideResNetOptions;
  readonly images: Packed;
  readonly labels: readonly number[];
  readonly variables: PackedByName;
  readonly train: {
    readonly logits: Packed;
    readonly losses: Packed;
    readonly gradients: PackedByName;
    readonly statistics: PackedByName;
  };
  readonly eval: { readonly logits: Packed };
}

describe("parameter counts (FixMatch's wide ResNets)", () => {
  const count = (options: Partial<WideResNetOptions>): number =>
    countValues(wideResNet({ ...FIXMATCH_WRN_28_2, ...options }).metas.params);

  it.each([
    ['WRN-28-2, 10 classes', {}, 1_469_642],
    ['WRN-28-2, 10 classes, without bias', { convolutionBias: false }, 1_467_610],
    ['WRN-28-2, 100 classes', { classes: 100 }, 1_481_252],
    ['WRN-28-8, 100 classes', { width: 8, classes: 100 }, 23_409_092],
    ['WRN-28-8, 100 classes, without bias', { width: 8, classes: 100, convolutionBias: false }, 23_401_012],
    ['WRN-37-2', { groups: 4, depth: 37 }, 5_933_770],
  ])('%s', (_, options, expected) => {
    expect(count(options)).toBe(expected);
  });

  it('decays the kernels alone', () => {
    const { params } = wideResNet(FIXMATCH_WRN_28_2).metas;
    const decayed = Object.fromEntries(Object.entries(params).filter(([, meta]) => kernelsOnly(meta)));
    expect(countValues(decayed)).toBe(1_463_984);
  });
});

describe('options', () => {
  it('refuses a depth that no number of units gives', () => {
    expect(() => wideResNet({ ...FIXMATCH_WRN_28_2, depth: 27 })).toThrow(
      'depth of 1 + 3(2·units + 1), such as 10 or 28, got 27',
    );
  });

  it('refuses a width without whole channels', () => {
    expect(() => wideResNet({ ...FIXMATCH_WRN_28_2, width: 0.3 })).toThrow('whole number of channels');
  });
});

describe.each(['cpu', 'tensorflow'])('against PyTorch in float64, on the backend %s', (backend) => {
  const cases = readFixture<Record<string, Case>>('wide-resnet');

  beforeAll(async () => {
    if (backend === 'tensorflow') await useTensorFlow();
    else await tf.setBackend(backend);
  });

  it.each(Object.entries(cases))('%s', (_, { options, images, labels, variables: torch, train, eval: evaluated }) => {
    const net = wideResNet(options);
    const variables: Variables = {
      params: fromTorch(torch, net.metas.params),
      buffers: fromTorch(torch, net.metas.buffers),
    };
    const forwardAndBackward = compile(
      (given: Variables, x: tf.Tensor, y: tf.Tensor) =>
        valueAndGrad((params: Tensors) => {
          const { logits, buffers } = net.apply({ params, buffers: given.buffers }, x, { mode: 'train' });
          const losses = softmaxCrossEntropy(logits, y);
          return { loss: tf.mean(losses) as tf.Scalar, aux: { logits, losses, buffers } };
        })(given.params),
      { name: 'forward-and-backward' },
    );
    const x = unpackTensor(images);
    const { aux, grads } = forwardAndBackward(variables, x, tf.tensor1d([...labels], 'int32'));

    expect(relativeError(aux.logits, unpackTensor(train.logits))).toBeLessThan(1e-5);
    expect(relativeError(aux.losses, unpackTensor(train.losses))).toBeLessThan(1e-5);
    const statistics = fromTorch(train.statistics, net.metas.buffers);
    for (const [name, tensor] of Object.entries(statistics))
      expect(relativeError(aux.buffers[name]!, tensor), name).toBeLessThan(1e-5);

    const expected = fromTorch(train.gradients, net.metas.params);
    expect(Object.keys(grads).sort()).toEqual(Object.keys(expected).sort());
    const whole = Math.sqrt(
      Object.values(expected).reduce((sum, grad) => sum + tf.sum(tf.square(grad)).dataSync()[0]!, 0),
    );
    for (const [name, grad] of Object.entries(expected)) {
      const apart = tf.norm(tf.sub(grads[name]!, grad)).dataSync()[0]!;
      // A convolution's bias before batch norm has no gradient but rounding: its size is measured by the whole's.
      expect(apart / Math.max(tf.norm(grad).dataSync()[0]!, 1e-2 * whole), name).toBeLessThan(1e-4);
    }

    const predict = compile((given: Variables, batch: tf.Tensor) => net.apply(given, batch, { mode: 'eval' }).logits, {
      name: 'predict',
    });
    expect(relativeError(predict(variables, x), unpackTensor(evaluated.logits))).toBeLessThan(1e-5);
  });
});

describe('initial variables', () => {
  const small: WideResNetOptions = { ...FIXMATCH_WRN_28_2, depth: 10, width: 0.5 };

  beforeAll(async () => {
    await tf.setBackend('cpu');
  });

  it('follow the recipe', () => {
    const net = wideResNet({ ...FIXMATCH_WRN_28_2, depth: 10 });
    const { params, buffers } = net.init(key('init'));
    for (const [name, { name: part, shape }] of Object.entries(net.metas.params)) {
      const values = [...params[name]!.dataSync()];
      if (part === 'gamma') expect(new Set(values), name).toEqual(new Set([1]));
      if (part === 'beta' || part === 'bias') expect(new Set(values), name).toEqual(new Set([0]));
      if (part !== 'kernel') continue;
      const variance = shape.length === 4 ? 2 / (shape[0]! * shape[1]! * shape[3]!) : 2 / (shape[0]! + shape[1]!);
      const n = values.length;
      const mean = values.reduce((sum, value) => sum + value, 0) / n;
      const square = values.reduce((sum, value) => sum + value * value, 0) / n;
      expect(Math.abs(mean), name).toBeLessThan(5 * Math.sqrt(variance / n));
      expect(Math.abs(square / variance - 1), name).toBeLessThan(5 * Math.sqrt(2 / n));
    }
    for (const [name, { name: part }] of Object.entries(net.metas.buffers))
      expect(new Set(buffers[name]!.dataSync()), name).toEqual(new Set([part === 'mean' ? 0 : 1]));
  });

  it('are the same for the same key and differ between variables and keys', () => {
    const net = wideResNet(small);
    const [a, b, c] = [net.init(key(1)), net.init(key(1)), net.init(key(2))].map(({ params }) => params);
    const name = 'block2.layer.0.conv2.kernel';
    expect(a![name]!.dataSync()).toEqual(b![name]!.dataSync());
    expect(a![name]!.dataSync()).not.toEqual(c![name]!.dataSync());
    const twin = 'block2.layer.0.conv1.kernel';
    expect(a![name]!.dataSync()[0]).not.toBe(a![twin]!.dataSync()[0]);
  });

  it('of one layer do not depend on the number of classes', () => {
    const [ten, hundred] = [10, 100].map((classes) =>
      wideResNet({ ...small, classes })
        .init(key(1))
        .params['conv1.kernel']!.dataSync(),
    );
    expect(ten).toEqual(hundred);
  });

  it('must be complete and of the right shapes', () => {
    const net = wideResNet(small);
    const { params, buffers } = net.init(key(1));
    const images = tf.zeros([1, 8, 8, 3]);
    const { 'fc.bias': bias, ...rest } = params;
    expect(() => net.apply({ params: rest, buffers }, images, { mode: 'eval' })).toThrow(
      'needs a variable fc.bias of shape [10]',
    );
    expect(() =>
      net.apply({ params: { ...params, 'fc.bias': tf.zeros([3]) }, buffers }, images, { mode: 'eval' }),
    ).toThrow('fc.bias must have shape [10], got [3]');
    expect(bias!.shape).toEqual([10]);
  });
});
