import { unitLength } from '@spatial-ensemble/nn';
import { key, normal } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { contrastiveLoss, enqueue } from '../src/loss.ts';
import { shuffle } from '../src/shuffle.ts';

const directions = (name: string, n: number): tf.Tensor2D => unitLength(tf.tensor2d(normal(key(name), n * 5), [n, 5]));

describe('the contrastive loss', () => {
  it('is the cross entropy of the positive among all keys', () => {
    const [q, k, queue] = [directions('q', 3), directions('k', 3), directions('queue', 4)];
    const rows = (x: tf.Tensor2D): number[][] => x.arraySync();
    const dot = (a: number[], b: number[]): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
    const each = rows(q).map((query, i) => {
      const logits = [rows(k)[i]!, ...rows(queue)].map((one) => dot(query, one) / 0.2);
      return Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0)) - logits[0]!;
    });
    const { loss } = contrastiveLoss(q, k, queue, 0.2);
    expect(loss.dataSync()[0]).toBeCloseTo(each.reduce((sum, one) => sum + one, 0) / 3, 5);
  });

  it('is ln(1 + queue) where nothing is told apart', () => {
    const same = unitLength(tf.ones([7, 5]) as tf.Tensor2D);
    const few = tf.slice(same, [0, 0], [2, 5]);
    expect(contrastiveLoss(few, few, same, 0.2).loss.dataSync()[0]).toBeCloseTo(Math.log(8), 5);
  });
});

describe('the queue', () => {
  it('takes the new keys in front, and drops the oldest', () => {
    const queue = tf.tensor2d([[1], [2], [3], [4]]);
    expect(enqueue(queue, tf.tensor2d([[8], [9]])).arraySync()).toEqual([[8], [9], [1], [2]]);
  });
});

describe('the shuffle', () => {
  it('is undone by its way back, and is another one at another step', () => {
    const x = tf.range(0, 16);
    const { there, back } = shuffle(key(3), 16);
    const shuffled = [...there(x).dataSync()];
    expect(shuffled).not.toEqual([...x.dataSync()]);
    expect(shuffled.toSorted((a, b) => a - b)).toEqual([...x.dataSync()]);
    expect([...back(there(x)).dataSync()]).toEqual([...x.dataSync()]);
    expect([...shuffle(key(4), 16).there(x).dataSync()]).not.toEqual(shuffled);
  });
});
