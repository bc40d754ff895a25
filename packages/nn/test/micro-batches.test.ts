import { compile, useTensorFlow, valueAndGrad } from '@spatial-ensemble/engine';
import { key, normal } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  microBatchCount,
  overMicroBatches,
  RESNET_18_CIFAR,
  resNet,
  TORCH_BATCH_NORM,
  type Tensors,
  type Variables,
} from '../src/index.ts';
import { relativeError } from './fixtures.ts';

describe('the number of micro-batches', () => {
  it.each([
    [{ batch: 256, microBatch: undefined, groups: 1 }, 1],
    [{ batch: 256, microBatch: 256, groups: 1 }, 1],
    [{ batch: 256, microBatch: 64, groups: 8 }, 4],
    [{ batch: 256, microBatch: 32, groups: 8 }, 8],
    [{ batch: 6, microBatch: 1, groups: 6 }, 6],
    // Two processes have 128 images each, and 4 of the groups.
    [{ batch: 256, microBatch: undefined, groups: 8, workers: 2 }, 1],
    [{ batch: 256, microBatch: 32, groups: 8, workers: 2 }, 4],
    [{ batch: 256, microBatch: 128, groups: 1, workers: 2 }, 1],
  ])('%j: %d', (options, expected) => {
    expect(microBatchCount(options)).toBe(expected);
  });

  it.each([
    [{ batch: 256, microBatch: 64, groups: 1 }, 'normalises the whole batch of 256 together'],
    [{ batch: 256, microBatch: 64, groups: 1 }, 'Train on a smaller batch.'],
    [{ batch: 256, microBatch: 16, groups: 8 }, 'normalises 32 images together'],
    [{ batch: 256, microBatch: 16, groups: 8 }, 'Take a multiple of 32 that divides 256.'],
    [{ batch: 256, microBatch: 96, groups: 8 }, '256 images do not split into parts of 96'],
    [{ batch: 256, microBatch: 512, groups: 1 }, '256 images do not split into parts of 512'],
    [{ batch: 256, microBatch: 0.5, groups: 1 }, 'micro-batches must divide the batch'],
    [{ batch: 8, microBatch: 8, groups: 3 }, 'a batch of 8 cannot be normalised in 3 equal groups'],
    [{ batch: 256, microBatch: 64, groups: 1, workers: 2 }, 'Train on a smaller batch, or in more processes.'],
    [
      { batch: 256, microBatch: 96, groups: 8, workers: 2 },
      'the share of each of 2 processes: 128 images do not split into parts of 96',
    ],
    [{ batch: 240, microBatch: undefined, groups: 8, workers: 16 }, 'cannot be shared by 16 processes'],
    [{ batch: 250, microBatch: undefined, groups: 1, workers: 4 }, 'cannot be shared by 4 processes'],
  ])('refuses %j: %s', (options, message) => {
    expect(() => microBatchCount(options)).toThrow(message);
  });
});

describe.each([
  ['cpu', [2, 3, 6]],
  ['tensorflow', [3]],
] as const)('over micro-batches, on the backend %s', (backend, counts) => {
  const [batch, groups, size] = [12, 6, 6];

  beforeAll(async () => {
    if (backend === 'tensorflow') await useTensorFlow();
    else await tf.setBackend(backend);
  });

  /** A network's gradients, statistics and features of one batch, in `count` micro-batches. */
  const learn = (count: number) => {
    const shape = { ...RESNET_18_CIFAR, units: [1, 1], width: 2 };
    const net = resNet({ ...shape, batchNorm: { ...TORCH_BATCH_NORM, groups: groups / count } });
    const run = compile(
      ({ params, buffers }: Variables, x: tf.Tensor, weights: tf.Tensor) =>
        overMicroBatches(count, { x, weights }, (part) => {
          const { loss, aux, grads } = valueAndGrad((at: Tensors) => {
            const { features, buffers: renewed } = net.apply({ params: at, buffers }, part.x, { mode: 'train' });
            const each = tf.sum(tf.mul(tf.square(features), part.weights), 1);
            return { loss: tf.mean(each) as tf.Scalar, aux: { buffers: renewed, features } };
          })(params);
          return { means: { loss, grads, buffers: aux.buffers }, rows: { features: aux.features } };
        }),
      { name: 'learn' },
    );
    // Images differ in brightness, so that groups differ in their statistics.
    const brightness = tf.reshape(tf.range(0, batch), [batch, 1, 1, 1]);
    const drawn = tf.tensor(normal(key('images'), batch * size * size * 3), [batch, size, size, 3]);
    const weights = tf.tensor(normal(key('weights'), batch * 4), [batch, 4]);
    return run(net.init(key(1)), tf.add(drawn, brightness), weights);
  };

  it.each(counts)('%d give what the batch gives at once', (count) => {
    const [whole, parts] = [learn(1), learn(count)];
    expect(relativeError(parts.rows.features, whole.rows.features)).toBeLessThan(1e-5);
    expect(relativeError(parts.means.loss, whole.means.loss)).toBeLessThan(1e-5);
    for (const name of Object.keys(whole.means.buffers))
      expect(relativeError(parts.means.buffers[name]!, whole.means.buffers[name]!), name).toBeLessThan(1e-5);
    for (const name of Object.keys(whole.means.grads))
      expect(relativeError(parts.means.grads[name]!, whole.means.grads[name]!), name).toBeLessThan(1e-4);
  });
});

it('parts of a group would be another step: what is refused makes a difference', async () => {
  await tf.setBackend('cpu');
  const net = resNet({ ...RESNET_18_CIFAR, units: [1], width: 2 });
  const variables = net.init(key(1));
  const x = tf.tensor(normal(key('images'), 4 * 4 * 4 * 3), [4, 4, 4, 3]);
  const features = (count: number) =>
    overMicroBatches(count, x, (part) => ({
      means: {},
      rows: net.apply(variables, part, { mode: 'train' }).features,
    })).rows;
  expect(relativeError(features(2), features(1))).toBeGreaterThan(0.01);
});
