import * as host from '@spatial-ensemble/random';
import { key, type Key } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, test } from 'vitest';
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
  valueAndGrad,
} from '@spatial-ensemble/engine';
import { expectClose } from './close.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const values = (tensor: tf.Tensor): number[] => Array.from(tensor.dataSync());

describe('on another backend of TensorFlow.js', () => {
  test('compile calls the function each time, with tensors for host tensors, and leaves nothing behind', () => {
    let calls = 0;
    const f = compile((x: tf.Tensor, y: tf.Tensor, k: Key) => {
      calls += 1;
      return { sum: tf.add(x, y), type: [tf.scalar(y.dtype)], draw: keyed.uniform(k.fold('a'), [2]), x };
    });
    const x = tf.tensor1d([1, 2]);
    const bytes = { data: Uint8Array.of(200, 100), shape: [2] };
    const before = tf.memory().numTensors;
    const made = f(x, bytes, key(1));
    expect(values(made.sum)).toEqual([201, 102]);
    expect(made.type[0]!.dataSync()).toEqual(['int32']);
    expect(values(made.draw)).toEqual(Array.from(host.uniform(key(1).fold('a'), 2)));
    expect([f.traces, calls]).toEqual([0, 1]);
    f(x, bytes, key(1));
    expect(calls).toBe(2);
    expect(tf.memory().numTensors).toBe(before + 8);
    // A result is a tensor of its own, even where the function hands its argument through.
    made.x.dispose();
    expect(values(x)).toEqual([1, 2]);
  });

  test('compile refuses the same arguments and results', async () => {
    const f = compile((x: tf.Tensor) => x);
    expect(() => f(3 as unknown as tf.Tensor)).toThrow(/^args\[0\] is a number/);
    expect(() => compile(() => ({ a: 1 }) as unknown as tf.Tensor)()).toThrow('the result.a is a number');
    expect(() => f.fingerprint(tf.scalar(1))).toThrow(
      'x: a fingerprint needs TensorFlow; call `await useTensorFlow()` first'.replace('x', 'anonymous'),
    );
    expect(() => requireBackend()).toThrow('TensorFlow.js runs on the backend cpu');
    await expect(f.async(tf.scalar(2))).resolves.toBeInstanceOf(tf.Tensor);
    f.dispose();
  });

  test('compileStep trains, disposes the old state, and keeps what comes back', async () => {
    type State = { w: tf.Tensor; frozen: tf.Tensor; pair: readonly [tf.Tensor, tf.Tensor] };
    const step = compileStep((state: State, x: tf.Tensor, rate: tf.Tensor) => {
      const { loss, grads } = valueAndGrad(({ w }: { w: tf.Tensor }) => ({
        loss: tf.mean(tf.square(tf.sub(tf.mul(w, x), 1))) as tf.Scalar,
        aux: {},
      }))({ w: state.w });
      const [a, b] = state.pair;
      const w = tf.sub(state.w, tf.mul(rate, grads.w));
      return [
        { w, frozen: state.frozen, pair: [b, a] },
        { loss, w, frozen: state.frozen },
      ] as const;
    });
    const first: State = { w: tf.tensor1d([1, 2]), frozen: tf.scalar(5), pair: [tf.scalar(1), tf.scalar(2)] };
    const x = tf.tensor1d([1, 3]);
    const rate = hostScalar(0.1);
    const before = tf.memory().numTensors;
    const [second, seen] = step(first, x, rate);
    expectClose(second.w, [1, 0.5]);
    expect(values(seen.loss)).toEqual([12.5]);
    expect(first.w.isDisposed).toBe(true);
    tf.dispose(seen);
    const [third, more] = await step.async(second, x, rate);
    tf.dispose(more);
    expectClose(third.w, [1, 0.35]);
    expect([values(third.frozen), ...third.pair.map(values)]).toEqual([[5], [1], [2]]);
    expect(tf.memory().numTensors).toBe(before);
  });

  test("the fused functions are TensorFlow.js' own compositions", () => {
    const x = tf.tensor2d([
      [1, 2],
      [3, 5],
    ]);
    const { y, mean, variance } = batchNormTrain(x, tf.ones([2]), tf.zeros([2]), 0);
    expectClose(y, [-1, -1, 1, 1]);
    expectClose(mean, [2, 3.5]);
    expectClose(variance, [1, 2.25]);
    expectClose(batchNormInference(x, mean, variance, tf.ones([2]), tf.ones([2]), 0), [0, 0, 2, 2]);
    expectClose(softmaxCrossEntropy(tf.zeros([1, 4]), tf.tensor1d([2], 'int32')), [Math.log(4)]);
    expectClose(biasAdd(x, tf.tensor1d([1, -1])), [2, 1, 4, 4]);
    const image = tf.reshape(tf.range(0, 9), [1, 3, 3, 1]);
    expectClose(conv2d(image, tf.ones([3, 3, 1, 1]), 2, 1), [8, 12, 20, 24]);
    expectClose(
      maxPool(image, 2, 2, [
        [0, 0],
        [1, 0],
        [1, 0],
        [0, 0],
      ]),
      [0, 2, 6, 8],
    );
    expect(() => batchNormTrain(x, tf.ones([3]), tf.zeros([2]), 0)).toThrow('gamma must have shape [2], got [3]');
    expect(() => softmaxCrossEntropy(x, tf.tensor1d([0], 'int32'))).toThrow('softmaxCrossEntropy takes logits');
    expect(() => biasAdd(x, tf.ones([3]))).toThrow('a bias has one number a channel');
  });

  test('keyed draws are those of the host', () => {
    const k = key('seed').fold(1);
    expect(values(keyed.uniform(k, [2, 3]))).toEqual(Array.from(host.uniform(k, 6)));
    expect(values(keyed.normal(k, [5]))).toEqual(Array.from(host.normal(k, 5)));
    expect(values(keyed.bernoulli(k, 0.3, [50]))).toEqual(Array.from(host.bernoulli(k, 0.3, 50)));
    expect(values(keyed.permutation(k, 9))).toEqual(Array.from(host.permutation(k, 9)));
    expect(values(keyed.words(k, [3]))).toEqual(Array.from(new Int32Array(host.words(k, 3).buffer)));
  });
});
