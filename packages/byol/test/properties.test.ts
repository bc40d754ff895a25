import { compileStep } from '@spatial-ensemble/engine';
import { bySecondNorms, type Tensors } from '@spatial-ensemble/nn';
import { key, words } from '@spatial-ensemble/random';
import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { numbersOf, told, unlabelledBatch } from '../../teacher/test/replay.ts';
import { byol, ByolSpec, givenBy, networksOf, RECIPES, RES_NET, type ByolInput, type ByolState } from '../src/index.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const SIZE = 12;

function specOf(recipe: keyof typeof RECIPES, changes: Partial<ByolInput> = {}): ByolSpec {
  const spec = byol.smoke(ByolSpec.parse({ ...RECIPES[recipe], ...changes }));
  // Each step moves the weights far enough to be seen.
  return { ...spec, optimiser: { ...spec.optimiser, learningRate: 4 }, warmUp: { epochs: 0, from: 0 } };
}

interface Trained {
  readonly state: ByolState;
  readonly metrics: { readonly [name: string]: number };
}

function train(spec: ByolSpec, steps: number, labels: readonly number[] = [0, 1, 2, 3, 4, 5, 6, 7]): Trained {
  const step = compileStep(byol.bind(spec).step);
  const pixels = (name: string) => [...words(key(name), 8 * SIZE * SIZE)].map((word) => word & 255);
  let state = byol.bind(spec).init(key(1));
  let metrics = {};
  for (let k = 0; k < steps; k++) {
    const views = { one: pixels(`a${k}`), two: pixels(`b${k}`) };
    const batch = unlabelledBatch<Parameters<typeof step>[1]>(views, labels, SIZE);
    const [next, shown] = step(state, batch, told(byol.bind(spec).at(k), 9, k));
    state = next;
    metrics = numbersOf(shown);
    tf.dispose(shown as tf.NamedTensorMap);
  }
  return { state, metrics };
}

function bytes(tensors: Tensors, names: object = tensors): { readonly [name: string]: number[] } {
  return Object.fromEntries(Object.keys(names).map((name) => [name, [...tensors[name]!.dataSync()]]));
}

describe('the teacher, bit for bit', () => {
  it('at τ = 1 stays as it was', () => {
    const spec = specOf('byol', { teacher: { kind: 'tma', momentum: 1 } });
    const { state } = train(spec, 2);
    expect(bytes(state.teacher!.params)).toEqual(bytes(byol.bind(spec).init(key(1)).teacher!.params));
    expect(bytes(state.student.params)).not.toEqual(bytes(byol.bind(spec).init(key(1)).student.params));
  });

  it('of STS is that of TMA at p = 0, and stays at p = 1', () => {
    const [tma, free, kept] = [
      { kind: 'tma', momentum: 0.5 },
      { kind: 'sts', momentum: 0.5, preserve: 0 },
      { kind: 'sts', momentum: 0.5, preserve: 1 },
    ].map((teacher) => train(specOf('momentum2', { teacher: teacher as ByolInput['teacher'] }), 3).state);
    expect(bytes(free!.teacher!.params)).toEqual(bytes(tma!.teacher!.params));
    expect(bytes(kept!.teacher!.params)).toEqual(bytes(byol.bind(specOf('momentum2')).init(key(1)).teacher!.params));
  });

  it('of SE that keeps nothing is the student, one step late where it follows before the step', () => {
    const teacher = { kind: 'se', preserve: 0 } as const;
    const now = train(specOf('byol', { teacher }), 2).state;
    expect(bytes(now.teacher!.params)).toEqual(bytes(now.student.params, now.teacher!.params));
    const late = train(specOf('momentum2', { teacher }), 2).state;
    const before = train(specOf('momentum2', { teacher }), 1).state;
    expect(bytes(late.teacher!.params)).toEqual(bytes(before.student.params, late.teacher!.params));
  });
});

describe('the student', () => {
  it('learns nothing from labels: they are the probe’s alone', () => {
    const spec = specOf('byol', { teacher: { kind: 'tma', momentum: 0.5 } });
    const [one, other] = [train(spec, 2), train(spec, 2, [7, 7, 7, 7, 0, 0, 0, 0])];
    expect(bytes(other.state.student.params)).toEqual(bytes(one.state.student.params));
    expect(bytes(other.state.teacher!.params)).toEqual(bytes(one.state.teacher!.params));
    expect(bytes(other.state.probe.variables.params)).not.toEqual(bytes(one.state.probe.variables.params));
  });

  it('has a loss near 4 at the start', () => {
    const { loss } = train(specOf('momentum2'), 1).metrics;
    expect(Math.abs(loss! - 4)).toBeLessThan(1.5);
  });
});

describe('two streams of the same images', () => {
  // So near that float32 does not know them from the clean ones.
  const near = { epsilon: 1e-12, stepSize: 1e-12, steps: 1 };
  const spec = (adversarial?: ByolInput['adversarial']) => {
    const whole = specOf('momentum2', { teacher: { kind: 'tma', momentum: 0.5 }, ...(adversarial && { adversarial }) });
    return { ...whole, optimiser: { ...whole.optimiser, weightDecay: 0 } };
  };
  const [plain, shared, own] = [
    spec(),
    spec({ ...near, stream: 'dual' }),
    spec({ ...near, stream: 'dual', batchNorm: 'dual' }),
  ] as const;
  /** How far a step moved each parameter. */
  const moved = (given: ByolSpec) => {
    const [before, { state, metrics }] = [byol.bind(given).init(key(1)).student.params, train(given, 1)];
    const far = Object.fromEntries(
      Object.entries(state.student.params).map(([name, now]) => [name, [...tf.sub(now, before[name]!).dataSync()]]),
    );
    return { far, state, loss: metrics['loss']! };
  };
  const close = (a: readonly number[], b: readonly number[]) => {
    const size = Math.hypot(...b);
    expect(Math.hypot(...a.map((value, i) => value - b[i]!))).toBeLessThan(1e-4 * size + 1e-6);
  };

  it('by one set of norms teach what one stream does', () => {
    const [one, two] = [moved(plain), moved(shared)];
    expect(two.loss).toBeCloseTo(one.loss, 5);
    expect(Object.keys(two.far)).toEqual(Object.keys(one.far));
    for (const [name, far] of Object.entries(two.far)) close(far, one.far[name]!);
  });

  it('by two sets move weights as one stream does, the norms of each half as far, and have its statistics twice', () => {
    const [one, two] = [moved(plain), moved(own)];
    const { second } = networksOf(own, givenBy(RES_NET, own.network));
    const names = Object.entries(second!);
    expect(names.length).toBe(4 * 8);
    expect(two.loss).toBeCloseTo(one.loss, 5);
    for (const [name, far] of Object.entries(one.far)) {
      const half = second![name] !== undefined;
      close(
        two.far[name]!,
        far.map((value) => (half ? value / 2 : value)),
      );
    }
    for (const [first, its] of names) {
      if (first in two.far) close(two.far[its]!, two.far[first]!);
      else
        for (const name of [first, its])
          close([...two.state.student.buffers[name]!.dataSync()], [...one.state.student.buffers[first]!.dataSync()]);
    }
  });

  it('that are moved leave evaluation and targets to the clean norms, and teach the others something else', () => {
    const far = spec({ steps: 1, stream: 'dual', batchNorm: 'dual' });
    const [{ state }, bound] = [train(far, 2), byol.bind(far)];
    const { second } = bound.anatomy!;
    const images = tf.zeros([2, SIZE, SIZE, 1], 'int32');
    for (const whose of [bound.student(state), bound.teacher(state)]) {
      const features = [...bound.encodes!.encode(whose, images).dataSync()];
      expect([...bound.encodes!.encode(bySecondNorms(whose, second!), images).dataSync()]).not.toEqual(features);
    }
    // Its own passes never renew them.
    const name = 'encoder.bn1.adversarial.mean';
    expect(bytes(state.teacher!.buffers)[name]!.some((value) => value !== 0)).toBe(true);
  });
});

it('a step leaves no tensor behind', () => {
  const counted = [1, 3].map((steps) => {
    const before = tf.memory().numTensors;
    const { state } = train(specOf('momentum2'), steps);
    const added = tf.memory().numTensors - before;
    tf.dispose(state as unknown as tf.TensorContainer);
    return added;
  });
  expect(counted[1]).toBe(counted[0]);
});
