import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { kernelsOnly, sgd, type Metas, type Tensors } from '../src/index.ts';

const metas: Metas = { w: { shape: [], module: 'm', name: 'w', decays: true } };
const learningRate = (): tf.Scalar => tf.scalar(0.1);

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe('SGD (w₀ = 1, gradient 0.5, decay 0.01, rate 0.1, momentum 0.9)', () => {
  it.each([
    { nesterov: true, weights: [0.9031, 0.76507411, 0.59020996], velocities: [0.51, 0.968031, 1.37887864] },
    { nesterov: false, weights: [0.949, 0.852151, 0.71413475], velocities: undefined },
  ])('nesterov: $nesterov', ({ nesterov, weights, velocities }) => {
    const optimiser = sgd(metas, { momentum: 0.9, nesterov, weightDecay: 0.01, decays: kernelsOnly });
    let params: Tensors = { w: tf.scalar(1) };
    let slots = optimiser.init(params);
    weights.forEach((expected, step) => {
      ({ params, slots } = optimiser.update({
        params,
        slots,
        grads: { w: tf.scalar(0.5) },
        learningRate: learningRate(),
      }));
      expect(params['w']!.dataSync()[0]).toBeCloseTo(expected, 6);
      if (velocities) expect(slots.velocity['w']!.dataSync()[0]).toBeCloseTo(velocities[step]!, 6);
    });
  });

  it('decays what the rule says, by meta and not by name', () => {
    const both: Metas = {
      'a.bias': { shape: [1], module: 'a', name: 'bias', outAxis: 0, decays: true },
      'b.kernel': { shape: [1], module: 'b', name: 'kernel', outAxis: 0, decays: false },
    };
    const params: Tensors = { 'a.bias': tf.ones([1]), 'b.kernel': tf.ones([1]) };
    const zeros: Tensors = { 'a.bias': tf.zeros([1]), 'b.kernel': tf.zeros([1]) };
    const optimiser = sgd(both, { momentum: 0, nesterov: false, weightDecay: 0.5, decays: kernelsOnly });
    const after = optimiser.update({
      params,
      grads: zeros,
      slots: optimiser.init(params),
      learningRate: tf.scalar(1),
    }).params;
    expect(after['a.bias']!.dataSync()[0]).toBe(0.5);
    expect(after['b.kernel']!.dataSync()[0]).toBe(1);
  });
});
