import { compile, softmaxCrossEntropy, useTensorFlow, valueAndGrad } from '@spatial-ensemble/engine';
import { key } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  countValues,
  featuresOf,
  RESNET_18_CIFAR,
  RESNET_50,
  resNet,
  resNetTrunk,
  TORCH_BATCH_NORM,
  torchVariable,
  type Metas,
  type ResNetOptions,
  type Tensors,
  type Variables,
} from '../src/index.ts';
import { beyondRounding, inLegalOrders } from './legal-orders.ts';
import { fromTorch, readFixture, relativeError, unpackTensor, type Packed, type PackedByName } from './fixtures.ts';

interface Case {
  readonly options: Omit<ResNetOptions, 'batchNorm' | 'zeroInitResidual'>;
  readonly classes: number;
  readonly images: Packed;
  readonly labels: readonly number[];
  readonly variables: PackedByName;
  readonly train: {
    readonly features: Packed;
    readonly logits: Packed;
    readonly gradients: PackedByName;
    readonly statistics: PackedByName;
  };
  readonly eval: { readonly features: Packed; readonly logits: Packed };
}

describe("parameter counts (torchvision's ResNets)", () => {
  it.each([
    ['ResNet-18 for images of 32 pixels', RESNET_18_CIFAR, undefined, 11_168_832],
    ['ResNet-50', RESNET_50, undefined, 23_508_032],
    ['ResNet-50 with a classifier of 1000', RESNET_50, 1000, 25_557_032],
  ] as const)('%s', (_, options, classes, expected) => {
    expect(countValues(resNet(options, classes).metas.params)).toBe(expected);
  });

  it('of features', () => {
    expect([featuresOf(RESNET_18_CIFAR), featuresOf(RESNET_50)]).toEqual([512, 2048]);
  });
});

describe("torchvision's names and shapes", () => {
  const shapes = readFixture<Record<string, Record<string, readonly number[]>>>('torchvision-names');
  const ofOurs = ({ params, buffers }: { params: Metas; buffers: Metas }): Record<string, readonly number[]> =>
    Object.fromEntries(
      [...Object.values(params), ...Object.values(buffers)].map((meta) => {
        const { name, shape } = torchVariable(meta);
        return [name, shape];
      }),
    );

  it.each([
    ['resnet18', { ...RESNET_18_CIFAR, stem: 'imagenet' }],
    ['resnet50', RESNET_50],
  ] as const)('%s', (name, options) => {
    expect(ofOurs(resNet(options, 1000).metas)).toEqual(shapes[name]);
  });

  it('stand behind a prefix', () => {
    const names = resNetTrunk('encoder', RESNET_18_CIFAR).declares.map(({ meta }) => torchVariable(meta).name);
    const theirs = Object.keys(shapes['resnet18']!).filter((name) => !name.startsWith('fc.'));
    expect(names.sort()).toEqual(theirs.map((name) => `encoder.${name}`).sort());
  });
});

describe.each(['cpu', 'tensorflow'])('against PyTorch in float64, on the backend %s', (backend) => {
  beforeAll(async () => {
    if (backend === 'tensorflow') await useTensorFlow();
    else await tf.setBackend(backend);
  });

  it.each(Object.entries(readFixture<Record<string, Case>>('resnet')))('%s', (_, given) => {
    const { variables: torch, train, eval: evaluated } = given;
    const net = resNet({ ...given.options, zeroInitResidual: false, batchNorm: TORCH_BATCH_NORM }, given.classes);
    const variables: Variables = {
      params: fromTorch(torch, net.metas.params),
      buffers: fromTorch(torch, net.metas.buffers),
    };
    const forwardAndBackward = compile(
      ({ params: at, buffers: old }: Variables, x: tf.Tensor, y: tf.Tensor) =>
        valueAndGrad((params: Tensors) => {
          const { features, logits, buffers } = net.apply({ params, buffers: old }, x, { mode: 'train' });
          const loss = tf.mean(softmaxCrossEntropy(logits!, y)) as tf.Scalar;
          return { loss, aux: { features, logits: logits!, buffers } };
        })(at),
      { name: 'forward-and-backward' },
    );
    const x = unpackTensor(given.images);
    const { aux, grads } = forwardAndBackward(variables, x, tf.tensor1d([...given.labels], 'int32'));
    expect(relativeError(aux.features, unpackTensor(train.features))).toBeLessThan(1e-5);
    expect(relativeError(aux.logits, unpackTensor(train.logits))).toBeLessThan(1e-5);
    for (const [name, tensor] of Object.entries(fromTorch(train.statistics, net.metas.buffers)))
      expect(relativeError(aux.buffers[name]!, tensor), name).toBeLessThan(1e-5);

    const expected = fromTorch(train.gradients, net.metas.params);
    expect(Object.keys(grads).sort()).toEqual(Object.keys(expected).sort());
    if (backend === 'cpu') {
      // JavaScript's arithmetic is the same on every processor.
      for (const [name, grad] of Object.entries(expected))
        expect(relativeError(grads[name]!, grad), name).toBeLessThan(1e-4);
    } else {
      const of = (given: Variables) => (images: tf.Tensor, labels: tf.Tensor) =>
        forwardAndBackward(given, images, labels).grads;
      expect(beyondRounding(inLegalOrders(of(variables), x, given.labels), expected)).toEqual([]);
      // One value of the first kernel, a thousandth off.
      const kernel = variables.params['conv1.kernel']!;
      const wrong = tf.mul(
        kernel,
        tf.oneHot(tf.scalar(1, 'int32'), kernel.size, 1.001, 1, 'float32').reshape(kernel.shape),
      );
      const changed = { ...variables, params: { ...variables.params, 'conv1.kernel': wrong } };
      expect(beyondRounding(inLegalOrders(of(changed), x, given.labels), expected)).not.toEqual([]);
    }

    const predict = compile(
      (at: Variables, batch: tf.Tensor) => {
        const { features, logits } = net.apply(at, batch, { mode: 'eval' });
        return { features, logits: logits! };
      },
      { name: 'predict' },
    );
    const { features, logits } = predict(variables, x);
    expect(relativeError(features, unpackTensor(evaluated.features))).toBeLessThan(1e-5);
    expect(relativeError(logits, unpackTensor(evaluated.logits))).toBeLessThan(1e-5);
  });
});

describe('initial variables', () => {
  const tiny: ResNetOptions = { ...RESNET_18_CIFAR, units: [1, 2], width: 4 };

  beforeAll(async () => {
    await tf.setBackend('cpu');
  });

  it.each([
    ['basic', 'bn2'],
    ['bottleneck', 'bn3'],
  ] as const)('of %s blocks: γ is 1, or 0 for the last of a block if asked for', (block, last) => {
    const gammas = (zeroInitResidual: boolean): [string, number][] => {
      const { params } = resNet({ ...tiny, block, zeroInitResidual }).init(key(1));
      return Object.entries(params)
        .filter(([name]) => name.endsWith('.gamma'))
        .map(([name, values]) => [name, tf.max(values).dataSync()[0]!]);
    };
    expect(gammas(false).every(([, value]) => value === 1)).toBe(true);
    const zeros = gammas(true).filter(([, value]) => value === 0);
    expect(zeros.map(([name]) => name)).toEqual(
      ['layer1.0', 'layer2.0', 'layer2.1'].map((unit) => `${unit}.${last}.gamma`),
    );
  });

  it("of kernels are He's by fan-out", () => {
    const { params } = resNet({ ...tiny, width: 16 }).init(key(1));
    const values = [...params['layer2.1.conv2.kernel']!.dataSync()];
    const square = values.reduce((sum, value) => sum + value * value, 0) / values.length;
    expect(Math.abs((square * 9 * 32) / 2 - 1)).toBeLessThan(5 * Math.sqrt(2 / values.length));
  });

  it('do not depend on the classifier', () => {
    const [without, with10] = [undefined, 10].map((classes) => resNet(tiny, classes).init(key(1)).params);
    expect(Object.keys(with10!).length).toBe(Object.keys(without!).length + 2);
    for (const [name, values] of Object.entries(without!))
      expect(with10![name]!.dataSync(), name).toEqual(values.dataSync());
  });
});

describe('options', () => {
  it.each([[[]], [[2, 0]], [[1.5]]])('refuses the units %j', (units) => {
    expect(() => resNet({ ...RESNET_50, units })).toThrow('at least one stage, each of at least one block');
  });

  it.each([0, 2.5])('refuses the width %d', (width) => {
    expect(() => resNet({ ...RESNET_50, width })).toThrow('width is a whole number of channels');
  });
});
