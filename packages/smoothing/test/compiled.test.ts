import { compileStep, hostScalar, keyed, useTensorFlow } from '@spatial-ensemble/engine';
import { seeds, stepMask, unitMask, uniform, type Key } from '@spatial-ensemble/random';
import { smooth, unitsOf, type SmoothingKind, type Tensors } from '@spatial-ensemble/smoothing';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { filled, kept, METAS } from './tensors.ts';

interface State {
  readonly teacher: Tensors;
  readonly student: Tensors;
}

beforeAll(async () => {
  await useTensorFlow();
});

const STEPS = 4;
const masks = seeds(5).mask;
const momentum = (step: number): number => 0.6 + 0.1 * step;
const preserve = (step: number): number => 0.3 + 0.1 * step;
const numbers = (tensors: Tensors): Record<string, Float32Array> =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, tensor.dataSync() as Float32Array]));

/** Each update's teacher and rate on TensorFlow, as one compiled step that draws in its graph. */
function compiled(kind: SmoothingKind, granularity: Parameters<typeof unitsOf>[1]) {
  tf.setBackend('tensorflow');
  const units = unitsOf(METAS, granularity);
  const step = compileStep(
    (state: State, scalars: { momentumComplement: tf.Tensor; preserve: tf.Tensor }, key: Key) => {
      const draw = (unit: string, shape: readonly number[]) => keyed.uniform(unitMask(key, unit), shape);
      const { teacher, ...rates } = smooth(kind, state.teacher, state.student, units, { ...scalars, draw });
      return [{ teacher, student: state.student }, rates] as const;
    },
  );
  let state: State = { teacher: filled(METAS, 'teacher'), student: filled(METAS, 'student') };
  const after = Array.from({ length: STEPS }, (_, k) => {
    const scalars = { momentumComplement: hostScalar(1 - momentum(k)), preserve: hostScalar(preserve(k)) };
    const [next, rates] = step(state, scalars as never, stepMask(masks, k));
    state = next;
    return { teacher: numbers(next.teacher), rate: rates.preserveRate.dataSync()[0]! };
  });
  return { after, traces: step.traces };
}

/** The same on the host: TensorFlow.js' own backend, draws of `@spatial-ensemble/random`. */
function eager(kind: SmoothingKind, granularity: Parameters<typeof unitsOf>[1]) {
  tf.setBackend('cpu');
  const units = unitsOf(METAS, granularity);
  const student = filled(METAS, 'student');
  let teacher = filled(METAS, 'teacher');
  return Array.from({ length: STEPS }, (_, k) => {
    const before = teacher;
    const draw = (unit: string, shape: readonly number[]) => {
      return tf.tensor(uniform(unitMask(stepMask(masks, k), unit), tf.util.sizeFromShape([...shape])), [...shape]);
    };
    const next = smooth(kind, teacher, student, units, { momentum: momentum(k), preserve: preserve(k), draw });
    teacher = next.teacher;
    const flags = Object.keys(METAS).map((name) => kept(before[name]!, teacher[name]!));
    return { teacher: numbers(teacher), rate: next.preserveRate.dataSync()[0]!, flags };
  });
}

it.each(
  (['tma', 'se', 'sts'] as const).flatMap((kind) =>
    (['tensor', 'layer', 'channel', 'neuron', 'network'] as const).map((granularity) => [kind, granularity] as const),
  ),
)('%s by %s: one trace, the masks of the host, and its weights', (kind, granularity) => {
  const { after, traces } = compiled(kind, granularity);
  expect(traces).toBe(1);
  const host = eager(kind, granularity);
  let before = numbers(filled(METAS, 'teacher'));
  after.forEach(({ teacher, rate }, k) => {
    expect(rate).toBeCloseTo(host[k]!.rate, 6);
    Object.keys(METAS).forEach((name, variable) => {
      const [old, now, expected] = [before[name]!, teacher[name]!, host[k]!.teacher[name]!];
      expect(Array.from(now, (value, i) => value === old[i])).toEqual(host[k]!.flags[variable]);
      now.forEach((value, i) => expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-6));
    });
    before = teacher;
  });
});
