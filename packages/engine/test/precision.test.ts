import { key } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  batchNormTrain,
  compileStep,
  conv2d,
  hostScalar,
  keyed,
  softmaxCrossEntropy,
  thisProcessor,
  useTensorFlow,
  valueAndGrad,
  type CompileOptions,
} from '@spatial-ensemble/engine';
import { expectClose } from './close.ts';

beforeAll(async () => {
  await useTensorFlow();
});

type State = {
  readonly first: tf.Tensor;
  readonly second: tf.Tensor;
  readonly gamma: tf.Tensor;
  readonly beta: tf.Tensor;
  readonly dense: tf.Tensor;
};

const fresh = (): State => ({
  first: tf.mul(keyed.normal(key(1), [3, 3, 3, 16]), 0.2),
  second: tf.mul(keyed.normal(key(2), [3, 3, 16, 16]), 0.1),
  gamma: tf.ones([16]),
  beta: tf.zeros([16]),
  dense: tf.mul(keyed.normal(key(3), [16, 10]), 0.3),
});

/** Two steps of a small network; gives the losses, and the parameters after them. */
function train(options: CompileOptions): { losses: number[]; state: State } {
  const step = compileStep(
    (state: State, x: tf.Tensor, labels: tf.Tensor, rate: tf.Tensor) => {
      const { loss, grads } = valueAndGrad((p: State) => {
        const { y } = batchNormTrain(conv2d(x, p.first, 1, 1), p.gamma, p.beta, 1e-5);
        const features = tf.mean(tf.relu(conv2d(tf.relu(y), p.second, 2, 1)), [1, 2]) as tf.Tensor2D;
        return {
          loss: tf.mean(softmaxCrossEntropy(tf.matMul(features, p.dense as tf.Tensor2D), labels)) as tf.Scalar,
          aux: {},
        };
      })(state);
      const next = Object.fromEntries(
        (Object.keys(state) as (keyof State)[]).map((name) => [name, tf.sub(state[name], tf.mul(rate, grads[name]))]),
      );
      return [next as unknown as State, loss] as const;
    },
    { name: 'train', ...options },
  );
  const x = keyed.normal(key(4), [16, 12, 12, 3]);
  const labels = { data: Int32Array.from({ length: 16 }, (_, i) => i % 10), shape: [16] };
  let state = fresh();
  const losses: number[] = [];
  for (let i = 0; i < 2; i++) {
    const [next, loss] = step(state, x, labels, hostScalar(0.1));
    state = next;
    losses.push(loss.dataSync()[0]!);
  }
  return { losses, state };
}

const flat = (state: State): number[] =>
  Object.values(state).flatMap((tensor) => Array.from((tensor as tf.Tensor).dataSync()));

describe('a compiled step', () => {
  test.skipIf(!thisProcessor().bf16)(
    'in bfloat16 (needs a CPU with instructions for it) is close to float32 and is not it; its state stays float32',
    () => {
      const [exact, rounded] = [train({}), train({ precision: 'bfloat16' })];
      // bfloat16 keeps 8 bits: 1 in 256.
      expectClose(rounded.losses, exact.losses, 0.02, 'loss');
      expectClose(flat(rounded.state), flat(exact.state), 0.02, 'parameters');
      expect(flat(rounded.state)).not.toEqual(flat(exact.state));
      for (const tensor of Object.values(rounded.state)) expect((tensor as tf.Tensor).dtype).toBe('float32');
      expect(train({ precision: 'bfloat16' }).losses).toEqual(rounded.losses);
    },
  );

  test('in float32 twice gives the same bits', () => {
    expect(flat(train({}).state)).toEqual(flat(train({ precision: 'float32' }).state));
  });

  test('with XLA agrees within 1e-5', () => {
    const [plain, xla] = [train({}), train({ xla: true })];
    expectClose(xla.losses, plain.losses, 1e-5, 'loss');
    expectClose(flat(xla.state), flat(plain.state), 1e-5, 'parameters');
  });
});
