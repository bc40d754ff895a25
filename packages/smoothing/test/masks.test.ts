import { key, mask, seeds, uniform } from '@spatial-ensemble/random';
import { smooth, unitsOf, type Draw, type Granularity, type Metas, type Tensors } from '@spatial-ensemble/smoothing';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { bits, drawsAt, filled, fromEach, kept, METAS } from './tensors.ts';

const teacher = filled(METAS, 'teacher');
const student = filled(METAS, 'student');

/** Which weights an update by `se` keeps, by variable. */
function keptAt(granularity: Granularity, step: number, metas: Metas = METAS): { [name: string]: boolean[] } {
  const { teacher: next } = smooth('se', teacher, student, unitsOf(metas, granularity), {
    preserve: 0.5,
    draw: drawsAt(step),
  });
  return Object.fromEntries(Object.keys(METAS).map((name) => [name, kept(teacher[name]!, next[name]!)]));
}

const all = (flags: boolean[]): boolean | undefined =>
  flags.every((flag) => flag === flags[0]) ? flags[0] : undefined;
const STEPS = Array.from({ length: 60 }, (_, step) => step);

describe('who shares a draw', () => {
  it('tensor: a whole variable moves or stays, γ and β each by their own', () => {
    const masks = STEPS.map((step) => keptAt('tensor', step));
    for (const now of masks) for (const flags of Object.values(now)) expect(all(flags)).toBeDefined();
    expect(masks.some((now) => all(now['bn.gamma']!) !== all(now['bn.beta']!))).toBe(true);
  });

  it('layer: γ and β together, a kernel and its bias together, the batch norm apart from its convolution', () => {
    const masks = STEPS.map((step) => keptAt('layer', step));
    for (const now of masks) {
      expect(all([...now['bn.gamma']!, ...now['bn.beta']!])).toBeDefined();
      expect(all([...now['conv.kernel']!, ...now['conv.bias']!])).toBeDefined();
    }
    expect(masks.some((now) => all(now['bn.gamma']!) !== all(now['conv.kernel']!))).toBe(true);
  });

  it('channel: γ[i] and β[i] together, a filter and its bias together, apart from the batch norm and from each other', () => {
    const masks = STEPS.map((step) => keptAt('channel', step));
    for (const now of masks) {
      expect(now['bn.gamma']).toEqual(now['bn.beta']);
      now['conv.kernel']!.forEach((flag, i) => expect(flag).toBe(now['conv.bias']![i % 4]));
      now['fc.kernel']!.forEach((flag, i) => expect(flag).toBe(now['fc.kernel']![i % 5]));
    }
    expect(masks.some((now) => now['bn.gamma']!.join() !== now['conv.bias']!.join())).toBe(true);
    expect(masks.some((now) => all(now['bn.gamma']!) === undefined)).toBe(true);
  });

  it('neuron: γ[i] and β[i] apart, and the weights of a filter', () => {
    const masks = STEPS.map((step) => keptAt('neuron', step));
    expect(masks.some((now) => now['bn.gamma']!.join() !== now['bn.beta']!.join())).toBe(true);
    expect(masks.every((now) => all(now['conv.kernel']!) === undefined)).toBe(true);
  });

  it('network: everything moves or stays together, and both happen', () => {
    const masks = STEPS.map((step) => all(Object.values(keptAt('network', step)).flat()));
    expect(new Set(masks)).toEqual(new Set([true, false]));
  });

  it('asks for one draw a unit, of the unit’s shape', () => {
    const asked = (granularity: Granularity): string[] => {
      const calls: string[] = [];
      const draw: Draw = (unit, shape) => {
        calls.push(`${unit} [${shape.join()}]`);
        return tf.zeros([...shape]);
      };
      smooth('se', teacher, student, unitsOf(METAS, granularity), { preserve: 0.5, draw });
      return calls;
    };
    expect(asked('tensor')).toEqual(['conv.kernel []', 'conv.bias []', 'bn.gamma []', 'bn.beta []', 'fc.kernel []']);
    expect(asked('layer')).toEqual(['conv []', 'bn []', 'fc []']);
    expect(asked('channel')).toEqual(['conv [4]', 'bn [4]', 'fc [5]']);
    expect(asked('network')).toEqual(['network []']);
    expect([...asked('neuron')].sort()).toEqual([
      'bn.beta [4]',
      'bn.gamma [4]',
      'conv.bias [4]',
      'conv.kernel [3,3,2,4]',
      'fc.kernel [4,5]',
    ]);
  });
});

describe('masks depend on seed, step and unit alone', () => {
  const GRANULARITIES: readonly Granularity[] = ['tensor', 'layer', 'channel', 'neuron', 'network'];

  it.each(GRANULARITIES)('not on the order of the variables, by %s', (granularity) => {
    const names = Object.keys(METAS);
    for (const order of [[...names].reverse(), [...names.slice(2), ...names.slice(0, 2)]]) {
      const turned = Object.fromEntries(order.map((name) => [name, METAS[name]!]));
      for (const step of [0, 1, 2]) expect(keptAt(granularity, step, turned)).toEqual(keptAt(granularity, step));
    }
  });

  it('not on what came before: a run resumed at any step goes on as it would have', () => {
    const masks = seeds(11).mask;
    const units = unitsOf(METAS, 'channel');
    const run = (from: number, to: number, first: Tensors): Tensors => {
      let following = first;
      for (let step = from; step < to; step++) {
        const draw: Draw = (unit, shape) =>
          tf.tensor(uniform(mask(masks, step, unit), tf.util.sizeFromShape([...shape])), [...shape]);
        const numbers = { momentum: 0.8, preserve: 0.6, draw };
        following = smooth('sts', following, filled(METAS, `student ${step}`), units, numbers).teacher;
      }
      return following;
    };
    const whole = bits(run(0, 9, teacher));
    for (const at of [1, 4, 8]) {
      const saved = run(0, at, teacher);
      const restored = fromEach(METAS, (name, shape) => tf.tensor(Float32Array.from(saved[name]!.dataSync()), shape));
      expect(bits(run(at, 9, restored))).toEqual(whole);
    }
  });

  it('not on the other variables: a network with more layers has the same masks where it is the same', () => {
    const { 'fc.kernel': _, ...fewer } = METAS;
    const part = unitsOf(fewer, 'channel');
    const { 'fc.kernel': __, ...followed } = teacher;
    const { teacher: next } = smooth('se', followed, student, part, { preserve: 0.5, draw: drawsAt(3) });
    for (const name of Object.keys(fewer))
      expect(kept(teacher[name]!, next[name]!)).toEqual(keptAt('channel', 3)[name]);
  });

  it('on each of the three', () => {
    const flags = (step: number, seed: string): string =>
      JSON.stringify(
        bits(
          smooth('se', teacher, student, unitsOf(METAS, 'neuron'), { preserve: 0.5, draw: drawsAt(step, seed) })
            .teacher,
        ),
      );
    expect(new Set([flags(0, 'a'), flags(1, 'a'), flags(0, 'b')]).size).toBe(3);
  });
});

it.each(['tensor', 'layer', 'channel', 'neuron', 'network'] as const)(
  'by %s, every unit moves with probability 1 - p',
  (granularity) => {
    const [p, steps] = [0.7, 200];
    const units = unitsOf(METAS, granularity);
    const moved = new Map(Object.keys(METAS).map((name) => [name, new Array<number>(teacher[name]!.size).fill(0)]));
    let mean = 0;
    for (let step = 0; step < steps; step++) {
      tf.tidy(() => {
        const next = smooth('se', teacher, student, units, { preserve: p, draw: drawsAt(step, 'rates') });
        mean += next.preservedWeights.dataSync()[0]! / steps;
        for (const [name, counts] of moved) {
          kept(teacher[name]!, next.teacher[name]!).forEach((stays, i) => (counts[i]! += stays ? 0 : 1));
        }
      });
    }
    // Five standard errors; the draws are fixed, so this always passes or never does.
    const bound = 5 * Math.sqrt((p * (1 - p)) / steps);
    for (const counts of moved.values())
      for (const count of counts) expect(Math.abs(count / steps - (1 - p))).toBeLessThan(bound);
    expect(Math.abs(mean - p)).toBeLessThan(bound);
  },
);

describe('distributions', () => {
  const units = { w: { unit: 'w', drawShape: [4096], broadcast: [4096] } };
  const of = (value: number): Tensors => ({ w: tf.tensor1d(new Float32Array(4096).fill(value)) });

  it('se: a unit holds the student of age k with probability (1 - p) p^k', () => {
    const [p, steps] = [0.6, 40];
    let following = of(-1);
    for (let step = 0; step < steps; step++) {
      following = smooth('se', following, of(step), units, { preserve: p, draw: drawsAt(step, 'ages') }).teacher;
    }
    const ages = Array.from(following['w']!.dataSync(), (written) => steps - 1 - written);
    // 8 classes and the rest: chi-square with 8 degrees of freedom, mean 8 and standard deviation 4.
    const counts = Array.from({ length: 8 }, (_, age) => ages.filter((a) => a === age).length);
    const expected = counts.map((_, age) => 4096 * (1 - p) * p ** age);
    const rest = [4096 - counts.reduce((a, b) => a + b), 4096 * p ** 8] as const;
    const chiSquare = [...counts.map((n, i) => [n, expected[i]!] as const), rest].reduce(
      (sum, [n, e]) => sum + (n - e) ** 2 / e,
      0,
    );
    expect(chiSquare).toBeLessThan(8 + 5 * 4);
    // The mean age is p/(1 - p), with variance p/(1 - p)^2.
    const mean = ages.reduce((a, b) => a + b) / ages.length;
    expect(Math.abs(mean - p / (1 - p))).toBeLessThan((5 * Math.sqrt(p / (1 - p) ** 2)) / Math.sqrt(4096));
  });

  it('sts: the mean over masks is tma at the effective momentum, step by step', () => {
    const [m, p, steps] = [0.8, 0.7, 30];
    const students = Array.from(uniform(key('students'), steps), (u) => 2 * u - 1);
    let masked = of(3);
    let average = 3;
    let squares = 0;
    students.forEach((value, step) => {
      masked = smooth('sts', masked, of(value), units, {
        momentum: m,
        preserve: p,
        draw: drawsAt(step, 'means'),
      }).teacher;
      const effective = 1 - (1 - p) * (1 - m);
      average = effective * average + (1 - effective) * value;
      const values = [...masked['w']!.dataSync()];
      const mean = values.reduce((a, b) => a + b) / values.length;
      const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length;
      squares = Math.max(squares, variance);
      expect(Math.abs(mean - average)).toBeLessThan(5 * Math.sqrt(variance / values.length) + 1e-6);
    });
    // The masks do spread the units, and the mean does not follow the plain momentum.
    expect(squares).toBeGreaterThan(0.01);
  });
});
