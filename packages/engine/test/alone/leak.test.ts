import { key } from '@spatial-ensemble/random';
import koffi from 'koffi';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  batchNormTrain,
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
} from '@spatial-ensemble/engine';

beforeAll(async () => {
  await useTensorFlow();
});

// A tensor of 256 KiB: two hundred that leak are 50 MiB.
const SIZE = 256;
const ALLOWED = 28 * 2 ** 20;

/** What the process holds, without what the C library keeps for later: glibc gives that back when it is asked. */
function resident(): number {
  if (process.platform === 'linux') koffi.load(null).func('int malloc_trim(size_t)')(0);
  return process.memoryUsage.rss();
}

/** Runs `body` a few times to warm up, then `times` times: nothing may be left, neither tensors nor memory. */
async function expectNoLeak(times: number, body: () => void | Promise<void>): Promise<void> {
  const { binding } = requireBackend();
  for (let i = 0; i < times / 20; i++) await body();
  const tensors = [tf.memory().numTensors, tf.memory().numDataBuffers, binding.getNumOfTensors()];
  const before = resident();
  for (let i = 0; i < times; i++) await body();
  expect([tf.memory().numTensors, tf.memory().numDataBuffers, binding.getNumOfTensors()]).toEqual(tensors);
  const grown = resident() - before;
  expect(grown, `${Math.round(grown / 2 ** 20)} MiB more after ${times} rounds`).toBeLessThan(ALLOWED);
}

type Params = {
  readonly filter: tf.Tensor;
  readonly gamma: tf.Tensor;
  readonly beta: tf.Tensor;
  readonly dense: tf.Tensor;
};

function lossOf(params: Params, x: tf.Tensor, labels: tf.Tensor) {
  return valueAndGrad((p: Params) => {
    const { y, mean } = batchNormTrain(conv2d(x, p.filter, 1, 1), p.gamma, p.beta, 1e-5);
    const features = tf.mean(maxPool(tf.leakyRelu(y, 0.1), 2, 2, 'valid'), [1, 2]) as tf.Tensor2D;
    return {
      loss: tf.mean(softmaxCrossEntropy(tf.matMul(features, p.dense as tf.Tensor2D), labels)) as tf.Scalar,
      aux: { mean, features },
    };
  })(params);
}

const params = (): Params => ({
  filter: keyed.normal(key(1), [3, 3, 2, 4]),
  gamma: tf.ones([4]),
  beta: tf.zeros([4]),
  dense: keyed.normal(key(2), [4, 5]),
});
const images = (): tf.Tensor => keyed.normal(key(3), [4, 8, 8, 2]);
const labels = (): tf.Tensor => tf.tensor1d([0, 1, 2, 3], 'int32');

describe('nothing is left behind by hundreds of', () => {
  test('eager ops: their results, their failures, reads and writes', async () => {
    const x = keyed.uniform(key(1), [SIZE, SIZE]);
    const data = new Float32Array(SIZE * SIZE);
    await expectNoLeak(200, () => {
      tf.tidy(() => {
        const y = tf.add(tf.tensor2d(data, [SIZE, SIZE]), x);
        tf.concat([y, tf.square(x)]);
        tf.topk(y, 2);
        tf.mean(y).dataSync();
        keyed.permutation(key(2), 10);
        keyed.bernoulli(key(2), 0.5, [SIZE, SIZE]);
      });
      expect(() => tf.tidy(() => tf.gather(x, tf.tensor1d([SIZE], 'int32')))).toThrow('is not in [0,');
    });
  });

  test('eager gradients', async () => {
    const [p, x, y] = [params(), images(), labels()];
    await expectNoLeak(100, () => {
      const { loss, aux, grads } = lossOf(p, x, y);
      tf.dispose([loss, aux.mean, aux.features, ...Object.values(grads)]);
    });
  });

  test('calls of compiled functions, with tensors, host tensors and keys, that succeed and that fail', async () => {
    const f = compile((x: tf.Tensor, y: tf.Tensor, i: tf.Tensor, k: Parameters<typeof keyed.uniform>[0]) => ({
      sum: tf.add(x, y),
      draw: keyed.uniform(k, [SIZE]),
      row: tf.gather(x, i as tf.Tensor1D),
    }));
    const x = keyed.uniform(key(1), [SIZE, SIZE]);
    const y = { data: new Float32Array(SIZE * SIZE), shape: [SIZE, SIZE] };
    const index = (i: number) => ({ data: Int32Array.of(i), shape: [1] });
    let k = 0;
    await expectNoLeak(200, async () => {
      k += 1;
      tf.dispose(f(x, y, index(0), key(k)));
      expect(() => f(x, y, index(SIZE), key(k))).toThrow('is not in [0,');
      if (k % 10 === 0) await expect(f.async(x, y, index(SIZE), key(k))).rejects.toThrow('is not in [0,');
    });
    expect(f.traces).toBe(1);
  });

  for (const how of ['sync', 'async'] as const) {
    test(`compiled steps, ${how}`, async () => {
      const step = compileStep(
        (state: { params: Params; velocity: tf.Tensor }, x: tf.Tensor, y: tf.Tensor, rate: tf.Tensor) => {
          const { loss, grads, aux } = lossOf(state.params, x, y);
          const update = (name: keyof Params): tf.Tensor => tf.sub(state.params[name], tf.mul(rate, grads[name]));
          const next = {
            filter: update('filter'),
            gamma: update('gamma'),
            beta: update('beta'),
            dense: update('dense'),
          };
          return [
            { params: next, velocity: tf.mul(state.velocity, 0.9) },
            { loss, mean: aux.mean },
          ] as const;
        },
      );
      const [x, y] = [images(), labels()];
      let state: Parameters<typeof step>[0] = { params: params(), velocity: tf.ones([SIZE, SIZE]) };
      await expectNoLeak(250, async () => {
        const [next, metrics] =
          how === 'sync' ? step(state, x, y, hostScalar(0.01)) : await step.async(state, x, y, hostScalar(0.01));
        state = next;
        tf.dispose(metrics);
      });
      expect(step.traces).toBe(1);
    });
  }

  test('traces', async () => {
    const x = tf.add(tf.ones([SIZE, SIZE]), 0);
    // Each holds constants of more than 1 MiB.
    await expectNoLeak(60, () => {
      const f = compile((y: tf.Tensor) => [
        tf.softmax(tf.mul(y, tf.ones([SIZE, SIZE]))),
        tf.add(y, tf.sum(tf.tensor3d(new Float32Array(4 * SIZE * SIZE), [4, SIZE, SIZE]))),
      ]);
      tf.dispose(f(x));
      expect(() => compile((y: tf.Tensor) => tf.scalar(tf.exp(y).dataSync()[0]!))(x)).toThrow(
        'the value of Exp was read',
      );
      f.dispose();
    });
  });
});
