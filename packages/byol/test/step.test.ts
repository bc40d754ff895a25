import { compileStep, hostScalar, useTensorFlow } from '@spatial-ensemble/engine';
import { key, stepMask, words } from '@spatial-ensemble/random';
import type { At, Batch } from '@spatial-ensemble/training';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { byol, ByolSpec, RECIPES, type ByolInput, type ByolState } from '../src/index.ts';

beforeAll(async () => {
  await useTensorFlow();
});

type Changes = Partial<Pick<ByolInput, 'teacher' | 'follows'>>;

function specOf(recipe: keyof typeof RECIPES, changes: Changes = {}): ByolSpec {
  return byol.smoke(ByolSpec.parse({ ...RECIPES[recipe], ...changes }));
}

const images = (name: string, n: number) => ({
  data: Uint8Array.from(words(key(name), n * 28 * 28), (word) => word & 255),
  shape: [n, 28, 28, 1],
});

function batchOf(step: number): Batch {
  const labels = { data: Int32Array.from({ length: 8 }, (_, i) => i), shape: [8] };
  return { unlabelled: { one: images(`a${step}`, 8), two: images(`b${step}`, 8), labels } } as unknown as Batch;
}

function atOf(spec: ByolSpec, step: number): At {
  const scalars = Object.fromEntries(
    Object.entries(byol.at(spec, step)).map(([name, value]) => [name, hostScalar(value)]),
  );
  return { scalars, key: stepMask(key(9), step) } as unknown as At;
}

/** The state after some compiled steps, and the metrics of the last. */
function after(spec: ByolSpec, steps: number): readonly [ByolState, { readonly [name: string]: number }] {
  const step = compileStep(byol.step(spec));
  let state = byol.init(spec, key(1));
  let shown = {};
  for (let k = 0; k < steps; k++) {
    const [next, metrics] = step(state, batchOf(k), atOf(spec, k));
    state = next;
    shown = Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name, value.dataSync()[0]]));
  }
  return [state, shown];
}

const flat = (tensors: { readonly [name: string]: tf.Tensor }): number[] =>
  Object.keys(tensors)
    .sort()
    .flatMap((name) => [...tensors[name]!.dataSync()]);

const TMA = { kind: 'tma', momentum: 0.5, buffers: 'own' } as const;

describe.each(['byol', 'momentum2'] as const)('the recipe %s', (recipe) => {
  it('learns, has a loss near 4 at the start, and says what its teacher does', () => {
    const [, metrics] = after(specOf(recipe), 1);
    expect(metrics['loss']).toBeGreaterThan(2);
    expect(metrics['loss']).toBeLessThan(6);
    expect(Object.keys(metrics).sort()).toEqual(
      ['distance', 'effectiveMomentum', 'loss', 'preserveRate', 'probeAccuracy', 'probeLoss', 'spread'].sort(),
    );
  });
});

describe('the teacher', () => {
  it('at momentum 1 keeps its weights, at 0 is the student that it followed', () => {
    const still = specOf('byol', { teacher: { ...TMA, momentum: 1 } });
    const start = flat(byol.init(still, key(1)).teacher!.params);
    expect(flat(after(still, 2)[0].teacher!.params)).toEqual(start);

    const [{ teacher, student }] = after(specOf('byol', { teacher: { ...TMA, momentum: 0 } }), 2);
    const shared = Object.fromEntries(Object.keys(teacher!.params).map((name) => [name, student.params[name]!]));
    expect(flat(teacher!.params)).toEqual(flat(shared));
  });

  it('that follows before the step lags by one student', () => {
    const early = specOf('momentum2', { teacher: { ...TMA, momentum: 0 }, follows: 'before-step' });
    const [{ teacher }] = after(early, 2);
    const [{ student }] = after(early, 1);
    const shared = Object.fromEntries(Object.keys(teacher!.params).map((name) => [name, student.params[name]!]));
    expect(flat(teacher!.params)).toEqual(flat(shared));
  });

  it.each(['own', 'copy', 'smooth'] as const)('keeps its running statistics as `%s` says', (buffers) => {
    // A teacher that stays where it was meets other activations than a student that has moved.
    const [{ teacher, student }] = after(specOf('byol', { teacher: { ...TMA, momentum: 1, buffers } }), 3);
    const own = flat(teacher!.buffers);
    const students = flat(
      Object.fromEntries(Object.keys(teacher!.buffers).map((name) => [name, student.buffers[name]!])),
    );
    if (buffers === 'copy') expect(own).toEqual(students);
    else expect(own).not.toEqual(students);
  });

  it('`none` has no weights of its own', () => {
    const [state, metrics] = after(specOf('byol', { teacher: { kind: 'none' } }), 2);
    expect(state.teacher).toBe(undefined);
    expect(metrics['distance']).toBe(undefined);
  });
});

describe('a step', () => {
  it('compiled is a step op by op', () => {
    const spec = specOf('momentum2');
    const [compiled] = after(spec, 1);
    const batch = batchOf(0).unlabelled as unknown as { [view: string]: { data: Uint8Array; shape: number[] } };
    const tensors = Object.fromEntries(
      Object.entries(batch).map(([name, { data, shape }]) => [name, tf.tensor(Int32Array.from(data), shape, 'int32')]),
    );
    const scalars = Object.fromEntries(
      Object.entries(byol.at(spec, 0)).map(([name, value]) => [name, tf.scalar(value)]),
    );
    const at = { scalars, key: stepMask(key(9), 0) } as unknown as At;
    const [eager] = byol.step(spec)(byol.init(spec, key(1)), { unlabelled: tensors } as Batch, at);
    const [a, b] = [flat(compiled.student.params), flat(eager.student.params)];
    expect(Math.max(...a.map((value, i) => Math.abs(value - b[i]!)))).toBeLessThan(1e-5);
  });

  it('reads the same encoder whatever its probe learns', () => {
    const spec = specOf('byol');
    const faster = { ...spec, probe: { ...spec.probe, learningRate: 1 } };
    expect(flat(after(faster, 2)[0].student.params)).toEqual(flat(after(spec, 2)[0].student.params));
  });
});

describe('the schedule', () => {
  it('warms up from its first rate to the base rate for the batch, and ends at 0', () => {
    const spec = ByolSpec.parse({ ...RECIPES.byol, images: 2560, batch: 256, epochs: 300 });
    const rate = (epoch: number): number => byol.at(spec, epoch * 10)['learningRate']!;
    [0, 0.15, 0.3, 0.15, 0].forEach((expected, i) => expect(rate([0, 5, 10, 155, 300][i]!)).toBeCloseTo(expected, 9));
    const other = ByolSpec.parse(RECIPES.momentum2);
    expect(byol.at(other, 0)['learningRate']).toBeCloseTo(1e-6, 12);
  });
});
