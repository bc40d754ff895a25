import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { compile, compileStep, hostScalar, useTensorFlow } from '@spatial-ensemble/engine';

beforeAll(async () => {
  await useTensorFlow();
});

/** A step that takes some milliseconds: by products of large matrices, which are no constants, it adds x. */
const slow = () =>
  compileStep(
    (sum: tf.Tensor, x: tf.Tensor) => {
      const large = tf.add(tf.div(tf.ones([600, 600]), 600), tf.mul(sum, 0));
      const one = tf.mean(tf.matMul(large, tf.matMul(large, large)));
      const next = tf.add(sum, tf.mul(tf.round(tf.mul(one, 600)), x));
      return [next, tf.mul(next, 2)] as const;
    },
    { name: 'slow' },
  );

test('calls that were begun without waiting come to what calls one by one come to', async () => {
  const step = slow();
  const before = tf.memory().numTensors;
  let state: tf.Tensor = tf.scalar(0);
  const shown: tf.Tensor[] = [];
  for (let n = 1; n <= 8; n++) {
    const [next, result] = step.begin(state, hostScalar(n));
    state = next;
    shown.push(result);
  }
  const sums = [1, 3, 6, 10, 15, 21, 28, 36];
  expect(await Promise.all(shown.map(async (x) => (await x.data())[0]))).toEqual(sums.map((sum) => 2 * sum));
  expect(state.dataSync()[0]).toBe(36);
  tf.dispose([state, ...shown]);
  expect(tf.memory().numTensors).toBe(before);
  step.dispose();
});

test('reading blocks until what was begun has run, and whoever calls otherwise goes on from there', async () => {
  const step = slow();
  const begin = (state: tf.Tensor): tf.Tensor => {
    const [next, result] = step.begin(state, hostScalar(1));
    result.dispose();
    return next;
  };
  let state = begin(begin(tf.scalar(0)));
  expect(state.dataSync()[0]).toBe(2);
  state = begin(begin(state));
  [state] = step(state, hostScalar(1));
  expect(state.dataSync()[0]).toBe(5);
  state = begin(begin(state));
  [state] = await step.async(state, hostScalar(1));
  state = begin(state);
  const more = tf.add(state, 1);
  expect(more.dataSync()[0]).toBe(10);
  step.dispose();
});

test('data() is of the moment at which it was asked for, and does not block', async () => {
  const step = slow();
  let state: tf.Tensor = tf.scalar(0);
  const asked: Promise<tf.TypedArray>[] = [];
  for (let n = 0; n < 20; n++) {
    const [next, result] = step.begin(state, hostScalar(1));
    result.dispose();
    state = next;
    asked.push(state.data() as Promise<tf.TypedArray>);
  }
  let turns = 0;
  const timer = setInterval(() => (turns += 1), 1);
  const seen = await Promise.all(asked);
  clearInterval(timer);
  expect(seen.map(([value]) => value)).toEqual(Array.from({ length: 20 }, (_, n) => n + 1));
  expect(turns).toBeGreaterThan(3);
  const gone = state.data();
  state.dispose();
  expect((await gone)[0]).toBe(20);
  step.dispose();
});

test('a call that fails says so where its values are read, and those behind it do not run', async () => {
  const pick = compileStep(
    (state: tf.Tensor, at: tf.Tensor) => {
      const picked = tf.gather(tf.tensor1d([1, 2, 3]), tf.cast(at, 'int32'));
      return [tf.add(state, picked), tf.mul(picked, 1)] as const;
    },
    { name: 'pick' },
  );
  const [one, first] = pick.begin(tf.scalar(0), hostScalar(1));
  // Read before the next begins: a failure behind it may reach whoever reads later.
  expect((await first.data())[0]).toBe(2);
  const [two, second] = pick.begin(one, hostScalar(7));
  const third = (() => {
    try {
      return pick.begin(two, hostScalar(1))[1].data();
    } catch (error) {
      return Promise.reject(error as Error);
    }
  })();
  const ends = await Promise.allSettled([second.data(), third]);
  expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect((ends[0] as PromiseRejectedResult).reason.message).toMatch(/pick.*indices.*7/s);
  // The queue takes what comes after it.
  const [after, fourth] = pick.begin(tf.scalar(10), hostScalar(2));
  expect((await fourth.data())[0]).toBe(3);
  expect(after.dataSync()[0]).toBe(13);
  pick.dispose();
});

test('a function without state is begun too, and ends the wait for what it read', async () => {
  const double = compile((x: tf.Tensor) => tf.mul(x, 2), { name: 'double' });
  const step = slow();
  const [state, shown] = step.begin(tf.scalar(1), hostScalar(1));
  expect((await double.begin(shown).data())[0]).toBe(8);
  expect((await double.begin(state).data())[0]).toBe(4);
  step.dispose();
  double.dispose();
});
