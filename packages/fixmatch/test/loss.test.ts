import { valueAndGrad } from '@spatial-ensemble/engine';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { labelQuality, pseudoLabels, supervisedLoss, unsupervisedLoss } from '../src/loss.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

// Max softmax 0.986703 and 0.576117, cross entropy of the first strong view 0.407606.
const weak = () =>
  tf.tensor2d([
    [5, 0, 0],
    [1, 0, 0],
  ]);
const strong = () =>
  tf.tensor2d([
    [2, 1, 0],
    [0, 3, 0],
  ]);

describe('the loss of two images', () => {
  it('accepts the first image alone', () => {
    const { labels, accepted } = pseudoLabels(weak(), 0.95);
    expect([...labels.dataSync()]).toEqual([0, 0]);
    expect([...accepted.dataSync()]).toEqual([1, 0]);
  });

  it('accepts at the threshold and not below it', () => {
    const confidence = [0.986703, 0.576117];
    for (const [i, value] of confidence.entries()) {
      expect(pseudoLabels(weak(), value - 1e-5).accepted.dataSync()[i]).toBe(1);
      expect(pseudoLabels(weak(), value + 1e-5).accepted.dataSync()[i]).toBe(0);
    }
    // Two classes with equal logits have a probability of exactly one half.
    expect(pseudoLabels(tf.tensor2d([[0, 0]]), 0.5).accepted.dataSync()[0]).toBe(1);
  });

  it('divides by all images: 0.407606 / 2', () => {
    expect(unsupervisedLoss(strong(), pseudoLabels(weak(), 0.95)).dataSync()[0]).toBeCloseTo(0.203803, 6);
  });
});

it('sends no gradient to rejected images', () => {
  const targets = pseudoLabels(weak(), 0.95);
  const { grads } = valueAndGrad((logits: tf.Tensor2D) => ({ loss: unsupervisedLoss(logits, targets), aux: {} }))(
    strong(),
  );
  const [accepted, rejected] = grads.arraySync() as [number[], number[]];
  expect(rejected.map(Math.abs)).toEqual([0, 0, 0]);
  const p = [2, 1, 0].map((z) => Math.exp(z) / (Math.exp(2) + Math.exp(1) + 1));
  accepted.forEach((value, i) => expect(value).toBeCloseTo((p[i]! - (i === 0 ? 1 : 0)) / 2, 6));
});

it('counts what is known of the true labels alone, and accepts as ever', () => {
  const targets = { labels: tf.tensor1d([0, 1, 2, 1], 'int32'), accepted: tf.tensor1d([1, 1, 0, 1]) };
  const quality = labelQuality(targets, tf.tensor1d([0, 0, 2, 0], 'int32'), tf.tensor1d([1, 1, 1, 0]));
  expect(quality.maskRate.dataSync()[0]).toBeCloseTo(3 / 4, 6);
  expect(quality.pseudoLabelAccuracy.dataSync()[0]).toBeCloseTo(2 / 3, 6);
  expect([quality.acceptedAccuracy.sum.dataSync()[0], quality.acceptedAccuracy.count.dataSync()[0]]).toEqual([1, 2]);
  const none = labelQuality(targets, tf.zeros([4], 'int32'), tf.zeros([4]));
  expect([none.pseudoLabelAccuracy, none.acceptedAccuracy.count].map((one) => one.dataSync()[0])).toEqual([0, 0]);
});

it('supervised loss is the mean cross entropy', () => {
  const loss = supervisedLoss(strong(), tf.tensor1d([0, 0], 'int32')).dataSync()[0]!;
  const expected = [
    [2, 1, 0],
    [0, 3, 0],
  ].map((row) => Math.log(row.reduce((sum, z) => sum + Math.exp(z), 0)) - row[0]!);
  expect(loss).toBeCloseTo((expected[0]! + expected[1]!) / 2, 6);
});

describe('quality of labels', () => {
  const value = (tensor: tf.Tensor): number => tensor.dataSync()[0]!;

  it('counts accepted, right, and right among the accepted', () => {
    const targets = { labels: tf.tensor1d([0, 1, 2, 3], 'int32'), accepted: tf.tensor1d([1, 1, 0, 0]) };
    const { maskRate, pseudoLabelAccuracy, acceptedAccuracy } = labelQuality(
      targets,
      tf.tensor1d([0, 2, 2, 3], 'int32'),
    );
    expect([maskRate, pseudoLabelAccuracy].map(value)).toEqual([0.5, 0.75]);
    expect([acceptedAccuracy.sum, acceptedAccuracy.count].map(value)).toEqual([1, 2]);
  });

  it('counts none where none is accepted', () => {
    const targets = { labels: tf.tensor1d([0], 'int32'), accepted: tf.tensor1d([0]) };
    const { acceptedAccuracy } = labelQuality(targets, tf.tensor1d([0], 'int32'));
    expect([acceptedAccuracy.sum, acceptedAccuracy.count].map(value)).toEqual([0, 0]);
  });
});
