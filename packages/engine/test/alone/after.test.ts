import { after, compile, keyed, useTensorFlow, valueAndGrad } from '@spatial-ensemble/engine';
import { key } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';

beforeAll(async () => {
  // As many ops at once on any machine.
  await useTensorFlow({ threads: { intra: 1, inter: 4 } });
});

test('gives its value and lets the gradient through, traced or not', () => {
  const fn = (x: tf.Tensor, y: tf.Tensor) =>
    valueAndGrad((at: tf.Tensor) => ({
      loss: tf.sum(tf.mul(after(tf.square(at), [y, tf.neg(y)]), y)) as tf.Scalar,
      aux: { same: after(at, []) },
    }))(x);
  const [x, y] = [tf.tensor1d([1, 2, 3]), tf.tensor1d([2, 3, 4])];
  for (const run of [fn, compile(fn, { name: 'after' })]) {
    const { loss, aux, grads } = run(x, y);
    expect(loss.dataSync()[0]).toBe(2 + 12 + 36);
    expect([...aux.same.dataSync()]).toEqual([1, 2, 3]);
    expect([...grads.dataSync()]).toEqual([4, 12, 24]);
  }
});

/** Sums of parts, each of which keeps 64 MiB until its end, as a network's backward pass does. */
function parts(ordered: boolean): (x: tf.Tensor) => tf.Tensor {
  return (x) => {
    let sum: tf.Tensor | undefined;
    for (let part = 0; part < 8; part++) {
      const start = tf.mul(ordered && sum !== undefined ? after(x, [sum]) : x, part + 1);
      const kept = [tf.broadcastTo(start, [2048, 1024])];
      for (let depth = 1; depth < 8; depth++) kept.push(tf.sin(kept.at(-1)!));
      const folded = kept.reduceRight((back, value) => tf.mul(back, value));
      const total = tf.sum(folded);
      sum = sum === undefined ? total : tf.add(sum, total);
    }
    return sum!;
  };
}

test('orders parts: what one keeps is free before the next begins', () => {
  const x = keyed.normal(key(1), [1024]);
  const results = [true, false].map((ordered) => {
    const run = compile(parts(ordered), { name: ordered ? 'one-by-one' : 'side-by-side' });
    const value = run(x).dataSync()[0];
    run.dispose();
    return { value: value!, peak: process.resourceUsage().maxRSS / 1024 };
  });
  expect(results[0]!.value / results[1]!.value).toBeCloseTo(1, 5);
  // The highest that the process has ever held: the ordered one ran first.
  expect(results[1]!.peak - results[0]!.peak).toBeGreaterThan(64);
});
