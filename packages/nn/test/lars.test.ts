import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { everything, lars, normAndBias, perOutput, type LarsOptions, type Metas, type Tensors } from '../src/index.ts';
import { readFixture } from './fixtures.ts';

type Values = { readonly [name: string]: readonly number[] };

interface Fixture {
  readonly options: Pick<LarsOptions, 'momentum' | 'weightDecay' | 'trust'>;
  readonly cases: Record<
    LarsOptions['variant'],
    {
      readonly params: Values;
      readonly steps: readonly {
        readonly rate: number;
        readonly grads: Values;
        readonly params: Values;
        readonly velocity: Values;
      }[];
    }
  >;
}

const VARIANTS = ['deepmind', 'momentum2'] as const;
const tensors = (values: Values): Tensors =>
  Object.fromEntries(Object.entries(values).map(([name, list]) => [name, tf.tensor1d([...list])]));
const kernel = (size: number): Metas[string] => ({
  shape: [size],
  module: 'm',
  name: 'kernel',
  outAxis: 0,
  decays: true,
});

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** One update of a kernel from a velocity of 0. */
function updated(
  w: readonly number[],
  g: readonly number[],
  changed: Partial<LarsOptions> = {},
  rate = 1,
): { readonly params: number[]; readonly velocity: number[] } {
  const optimiser = lars(
    { w: kernel(w.length) },
    { variant: 'deepmind', momentum: 0.9, weightDecay: 0.1, trust: 1e-3, excludes: normAndBias, ...changed },
  );
  const params = tensors({ w });
  const { params: after, slots } = optimiser.update({
    params,
    grads: tensors({ w: g }),
    slots: optimiser.init(params),
    learningRate: tf.scalar(rate),
  });
  return { params: [...after['w']!.dataSync()], velocity: [...slots.velocity['w']!.dataSync()] };
}

function expectClose(values: readonly number[], expected: readonly number[]): void {
  expect(values).toHaveLength(expected.length);
  expected.forEach((value, i) => expect(values[i]).toBeCloseTo(value, 6));
}

describe('LARS (w = (3, 4), λ = 0.1, η_L = 1e-3)', () => {
  it.each([
    { variant: 'deepmind', ratio: 0.0036760731 },
    { variant: 'momentum2', ratio: 0.0033333333 },
  ] as const)('$variant scales g = (1, 0) by $ratio', ({ variant, ratio }) => {
    // The first velocity is the ratio times g + λw = (1.3, 0.4).
    const { velocity } = updated([3, 4], [1, 0], { variant });
    expect(velocity[0]! / 1.3).toBeCloseTo(ratio, 9);
    expect(velocity[1]! / 0.4).toBeCloseTo(ratio, 9);
  });

  it.each(VARIANTS)('%s moves to (2.997, 3.996) with a gradient parallel to the weight', (variant) => {
    // The ratio is 1/300, and g + λw = (0.9, 1.2).
    expectClose(updated([3, 4], [0.6, 0.8], { variant }).params, [2.997, 3.996]);
  });
});

describe('LARS against NumPy in float64, three updates', () => {
  const { options, cases } = readFixture<Fixture>('lars');
  const metas: Metas = {
    kernel: kernel(12),
    flat: kernel(4),
    still: kernel(4),
    bias: perOutput('m', 'bias', 3, 'bias'),
    gamma: perOutput('n', 'gamma', 3, 'weight'),
  };

  it.each(VARIANTS)('%s', (variant) => {
    const optimiser = lars(metas, { ...options, variant, excludes: normAndBias });
    let params = tensors(cases[variant].params);
    let slots = optimiser.init(params);
    for (const step of cases[variant].steps) {
      const grads = tensors(step.grads);
      ({ params, slots } = optimiser.update({ params, grads, slots, learningRate: tf.scalar(step.rate) }));
      for (const name of Object.keys(metas)) {
        expectClose([...params[name]!.dataSync()], step.params[name]!);
        expectClose([...slots.velocity[name]!.dataSync()], step.velocity[name]!);
      }
    }
  });
});

describe('where a norm is 0', () => {
  it.each(VARIANTS)('%s takes the plain gradient of a weight of 0', (variant) => {
    expectClose(updated([0, 0], [0.3, -0.4], { variant }).params, [-0.3, 0.4]);
  });

  it('deepmind scales decay alone by η_L/λ; momentum2 decays without scaling', () => {
    // r = η_L‖w‖/‖λw‖ = 0.01, so w loses 0.001 of itself.
    expectClose(updated([3, 4], [0, 0]).params, [2.997, 3.996]);
    // r = 1: w loses λ of itself.
    expectClose(updated([3, 4], [0, 0], { variant: 'momentum2' }).params, [2.7, 3.6]);
  });

  it.each(VARIANTS)('%s stays at 0 without a gradient, and stays finite', (variant) => {
    for (const weightDecay of [0, 0.1]) expectClose(updated([0, 0], [0, 0], { variant, weightDecay }).params, [0, 0]);
    expectClose(updated([3, 4], [0, 0], { variant, weightDecay: 0 }).params, [3, 4]);
  });

  it('momentum2 does not scale where ‖w‖‖g‖ is at most 1e-8; deepmind does', () => {
    const [w, g] = [[1e-4], [0.5e-4]];
    const changed = { weightDecay: 0, momentum: 0 };
    expect(updated(w, g, { ...changed, variant: 'momentum2' }).params[0]).toBeCloseTo(0.5e-4, 9);
    expect(updated(w, g, { ...changed, variant: 'deepmind' }).params[0]).toBeCloseTo(1e-4 - 1e-7, 9);
  });
});

describe('what is excluded', () => {
  it('is neither scaled nor decayed in deepmind, and decayed all the same in momentum2', () => {
    expectClose(updated([3, 4], [1, 0], { excludes: everything }).params, [2, 4]);
    expectClose(updated([3, 4], [1, 0], { excludes: everything, variant: 'momentum2' }).params, [1.7, 3.6]);
  });

  it('is what its module declares not to decay', () => {
    expect([kernel(1), perOutput('m', 'kernel', 1, 'weight')].map(normAndBias)).toEqual([false, true]);
  });
});

it('scales the velocity by the rate in momentum2 alone: a fall of the rate reaches deepmind at once', () => {
  for (const [variant, share] of [
    ['deepmind', 1],
    ['momentum2', 0.5],
  ] as const) {
    const [half, whole] = [0.5, 1].map((rate) => updated([3, 4], [1, 0], { variant }, rate).velocity[0]!);
    expect(half! / whole!).toBeCloseTo(share, 6);
  }
});

it('scales by the norm of the whole weight, whatever its scale: LARS moves by a share of ‖w‖', () => {
  for (const scale of [1e-3, 1, 1e3])
    expect(updated([3, 4], [scale, 0], { weightDecay: 0 }).velocity[0]).toBeCloseTo(5e-3, 8);
});
