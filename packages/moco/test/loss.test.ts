import { unitLength } from '@spatial-ensemble/nn';
import { key, normal } from '@spatial-ensemble/random';
import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { contrastiveLoss, enqueue } from '../src/loss.ts';
import { shuffle } from '../src/shuffle.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const directions = (name: string, n: number, d: number): tf.Tensor2D =>
  unitLength(tf.tensor2d(normal(key(name), n * d), [n, d]));
const axes = (...which: number[]): tf.Tensor2D => tf.oneHot(tf.tensor1d(which, 'int32'), 6) as tf.Tensor2D;
const numbers = ({ loss, accuracy }: ReturnType<typeof contrastiveLoss>): number[] => [
  loss.dataSync()[0]!,
  accuracy.dataSync()[0]!,
];

describe("MoCo's loss", () => {
  it('is ln(1 + queue) where nothing is told apart', () => {
    const same = tf.tile(axes(0), [4, 1]) as tf.Tensor2D;
    const [loss] = numbers(contrastiveLoss(same, same, tf.tile(axes(0), [12, 1]) as tf.Tensor2D, 0.2));
    expect(loss).toBeCloseTo(Math.log(13), 5);
  });

  it('is ln(1 + K e^(−1/T)) where keys are found and all negatives are orthogonal', () => {
    const queue = axes(4, 5, 4, 5);
    const [loss, accuracy] = numbers(contrastiveLoss(axes(0, 1), axes(0, 1), queue, 0.5));
    expect(loss).toBeCloseTo(Math.log(1 + 4 * Math.exp(-2)), 6);
    expect(accuracy).toBe(1);
  });

  it('counts a query whose key is no nearest one as not found', () => {
    const [loss, accuracy] = numbers(contrastiveLoss(axes(0, 1), axes(0, 2), axes(1, 3), 1));
    expect(accuracy).toBe(0.5);
    expect(loss).toBeCloseTo((Math.log(Math.E + 2) - 1 + Math.log(2 + Math.E)) / 2, 6);
  });

  it('does not know the order of the queue', () => {
    const [q, k, queue] = [directions('q', 3, 6), directions('k', 3, 6), directions('queue', 8, 6)];
    const turned = tf.reverse(queue, 0) as tf.Tensor2D;
    const [one, other] = [queue, turned].map((negatives) => numbers(contrastiveLoss(q, k, negatives, 0.2)));
    expect(other![0]).toBeCloseTo(one![0]!, 6);
  });
});

it('the queue drops its oldest keys: new ones stand in front', () => {
  const queue = tf.tensor2d([[1], [2], [3], [4]]);
  const after = enqueue(enqueue(queue, tf.tensor2d([[5], [6]])), tf.tensor2d([[7], [8]]));
  expect([...after.dataSync()]).toEqual([7, 8, 5, 6]);
});

describe('the shuffle', () => {
  const x = tf.reshape(tf.range(0, 24, 1, 'int32'), [8, 3]) as tf.Tensor2D;

  it('comes back', () => {
    const { there, back } = shuffle(key('step'), 8);
    const { own, all } = back(there(x) as tf.Tensor2D);
    for (const keys of [own, all]) expect([...keys.dataSync()]).toEqual([...x.dataSync()]);
    expect([...there(x).dataSync()]).not.toEqual([...x.dataSync()]);
    expect([...there(x).dataSync()].sort((a, b) => a - b)).toEqual([...x.dataSync()]);
  });

  it('is another in every step, and the same in a step taken again', () => {
    const orderAt = (step: string) => [...shuffle(key(step), 8).there(x).dataSync()];
    expect(orderAt('one')).toEqual(orderAt('one'));
    expect(orderAt('one')).not.toEqual(orderAt('two'));
  });
});
