import { compile, useTensorFlow, valueAndGrad } from '@spatial-ensemble/engine';
import { key, uniform } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { batchNorm, network, TORCH_BATCH_NORM, type Network, type Variables } from '../src/index.ts';
import { relativeError } from './fixtures.ts';

const CHANNELS = 3;

function norm(groups?: number): Network<{ readonly y: tf.Tensor }> {
  const module = batchNorm('bn', CHANNELS, { ...TORCH_BATCH_NORM, ...(groups !== undefined && { groups }) });
  return network({ declares: module.declares, forward: (pass, x) => ({ y: module.forward(pass, x) }) });
}

/** Numbers drawn from a name. The batch's images differ in scale, so that groups differ in their statistics. */
function drawn(name: string, shape: readonly number[], scaled = false): tf.Tensor {
  const values = tf.tensor(
    uniform(
      key(name),
      shape.reduce((size, n) => size * n, 1),
    ),
    [...shape],
  );
  if (!scaled) return values;
  const scale = tf.reshape(tf.range(1, shape[0]! + 1), [shape[0]!, ...shape.slice(1).map(() => 1)]);
  return tf.mul(scale, tf.sub(values, 0.3));
}

function variables(): Variables {
  return {
    params: { 'bn.gamma': drawn('gamma', [CHANNELS]), 'bn.beta': drawn('beta', [CHANNELS]) },
    buffers: { 'bn.mean': drawn('mean', [CHANNELS]), 'bn.variance': drawn('variance', [CHANNELS]) },
  };
}

/** Output, gradients and renewed statistics of Σ y·weights. */
function pass(net: Network<{ readonly y: tf.Tensor }>, at: Variables, x: tf.Tensor, weights: tf.Tensor) {
  const run = compile(
    (given: Variables, images: tf.Tensor, factors: tf.Tensor) =>
      valueAndGrad(({ params, images: input }: { params: Variables['params']; images: tf.Tensor }) => {
        const { y, buffers } = net.apply({ params, buffers: given.buffers }, input, { mode: 'train' });
        return { loss: tf.sum(tf.mul(y, factors)) as tf.Scalar, aux: { y, buffers } };
      })({ params: given.params, images }),
    { name: 'pass' },
  );
  return run(at, x, weights);
}

describe.each(['cpu', 'tensorflow'])('batch norm in groups, on the backend %s', (backend) => {
  beforeAll(async () => {
    if (backend === 'tensorflow') await useTensorFlow();
    else await tf.setBackend(backend);
  });

  it.each([
    ['images', [6, 4, 5, CHANNELS]],
    ['features', [6, CHANNELS]],
  ] as const)('of %s equals batch norm of each group alone', (_, shape) => {
    const groups = 3;
    const [at, x, weights] = [variables(), drawn('x', shape, true), drawn('weights', shape)];
    const whole = pass(norm(groups), at, x, weights);
    const [xs, factors] = [tf.split(x, groups), tf.split(weights, groups)];
    const alone = xs.map((part, i) => pass(norm(), at, part, factors[i]!));

    const mean = (list: tf.Tensor[]): tf.Tensor => tf.div(tf.addN(list), list.length);
    expect(relativeError(whole.aux.y, tf.concat(alone.map(({ aux }) => aux.y)))).toBeLessThan(1e-6);
    expect(relativeError(whole.grads.images, tf.concat(alone.map(({ grads }) => grads.images)))).toBeLessThan(1e-5);
    for (const name of Object.keys(at.params))
      expect(
        relativeError(whole.grads.params[name]!, tf.addN(alone.map(({ grads }) => grads.params[name]!))),
        name,
      ).toBeLessThan(1e-5);
    for (const name of Object.keys(at.buffers))
      expect(
        relativeError(whole.aux.buffers[name]!, mean(alone.map(({ aux }) => aux.buffers[name]!))),
        name,
      ).toBeLessThan(1e-6);

    // The groups differ enough for the whole batch's statistics to give something else.
    expect(relativeError(pass(norm(), at, x, weights).aux.y, whole.aux.y)).toBeGreaterThan(0.1);
  });
});

it('has no groups in eval mode', async () => {
  await tf.setBackend('cpu');
  const [at, x] = [variables(), drawn('x', [5, CHANNELS])];
  const [one, two] = [1, 2].map((groups) => norm(groups).apply(at, x, { mode: 'eval' }).y.dataSync());
  expect(two).toEqual(one);
});

it('refuses a batch that does not split into equal groups', async () => {
  await tf.setBackend('cpu');
  expect(() => norm(2).apply(variables(), drawn('x', [5, CHANNELS]), { mode: 'train' })).toThrow(
    'a batch of 5 cannot be normalised in 2 equal groups',
  );
});
