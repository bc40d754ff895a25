import '@tensorflow/tfjs';
import { compileStep, hostScalar, useTensorFlow } from '@spatial-ensemble/engine';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { adamW, kernelsOnly, perOutput, type AdamWOptions, type Metas, type Tensors } from '../src/index.ts';
import { readFixture } from './fixtures.ts';

type Nested = readonly (number | Nested)[];
type Values = { readonly [name in 'kernel' | 'gamma']: Nested };

interface Fixture {
  readonly options: Omit<AdamWOptions, 'decays'>;
  readonly params: Values;
  readonly steps: readonly {
    readonly rate: number;
    readonly grads: Values;
    readonly params: Values;
    readonly first: Values;
    readonly second: Values;
  }[];
}

const metas: Metas = {
  kernel: { shape: [3, 4], module: 'm', name: 'kernel', outAxis: 1, decays: true },
  gamma: perOutput('n', 'gamma', 4, 'weight'),
};
const { options, params: initial, steps } = readFixture<Fixture>('adamw');
const optimiser = adamW(metas, { ...options, decays: kernelsOnly });
const treeOf = (values: Values): Tensors => ({
  kernel: tf.tensor(values.kernel as number[][]),
  gamma: tf.tensor(values.gamma as number[]),
});

function expectNear(tree: Tensors, values: Values): void {
  for (const name of ['kernel', 'gamma'] as const) {
    const expected = [values[name]].flat(3) as number[];
    expect([...(tree[name]?.dataSync() ?? [])]).toHaveLength(expected.length);
    tree[name]?.dataSync().forEach((value, i) => expect(value).toBeCloseTo(expected[i] ?? NaN, 6));
  }
}

describe.each(['cpu', 'tensorflow'])('AdamW against PyTorch in float64, on the backend %s', (backend) => {
  beforeAll(async () => {
    if (backend === 'tensorflow') await useTensorFlow();
    else await tf.setBackend(backend);
  });

  it('five updates: parameters, both moments and their number', () => {
    let [params, slots] = [treeOf(initial), optimiser.init(treeOf(initial))];
    const step = compileStep(
      (state: { params: Tensors } & typeof slots, grads: Tensors, learningRate: tf.Scalar) => {
        const { params: old, ...kept } = state;
        const next = optimiser.update({ params: old, grads, slots: kept, learningRate });
        return [{ params: next.params, ...next.slots }, { updates: next.slots.updates['updates']! }];
      },
      { name: 'adamw' },
    );
    for (const [i, expected] of steps.entries()) {
      const [next] = step({ params, ...slots }, treeOf(expected.grads), hostScalar(expected.rate));
      ({ params, ...slots } = next);
      expectNear(params, expected.params);
      expectNear(slots.first, expected.first);
      expectNear(slots.second, expected.second);
      expect(slots.updates['updates']?.dataSync()[0]).toBe(i + 1);
    }
  });
});

describe('in closed form', () => {
  beforeAll(async () => {
    await tf.setBackend('cpu');
  });

  const one = (changed: Partial<AdamWOptions>, g: number, updates: number): number => {
    const { update, init } = adamW(
      { w: metas['gamma']! },
      { ...options, weightDecay: 0, decays: () => true, ...changed },
    );
    let params: Tensors = { w: tf.tensor1d([1]) };
    let slots = init(params);
    for (let i = 0; i < updates; i++)
      ({ params, slots } = update({ params, slots, grads: { w: tf.tensor1d([g]) }, learningRate: tf.scalar(0.01) }));
    return params['w']!.dataSync()[0]!;
  };

  it('a constant gradient moves each weight by the rate, whatever its size', () => {
    for (const g of [1e-3, 1, 1e3]) expect(one({}, g, 3)).toBeCloseTo(0.97, 6);
    // 1 − β₂ᵗ in float32 would be off by 3e-5 of itself.
    expect(one({ beta2: 0.9999 }, 1, 1)).toBeCloseTo(0.99, 7);
  });

  it('with betas of 0 it is the sign of the gradient', () => {
    expect(one({ beta1: 0, beta2: 0 }, -7, 2)).toBeCloseTo(1.02, 6);
  });

  it('decay takes a share of the weight by itself, and none where a rule says so', () => {
    expect(one({ weightDecay: 0.5 }, 0, 2)).toBeCloseTo(0.995 ** 2, 6);
    expect(one({ weightDecay: 0.5, decays: () => false }, 0, 2)).toBe(1);
  });

  it('names the parameter that lacks a gradient', () => {
    const params = treeOf(initial);
    const slots = optimiser.init(params);
    const { gamma: _, ...grads } = treeOf(initial);
    expect(() => optimiser.update({ params, grads, slots, learningRate: tf.scalar(1) })).toThrow(
      'the optimiser needs gamma in grads, where it is missing',
    );
  });
});
