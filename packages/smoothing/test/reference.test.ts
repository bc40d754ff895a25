import { readFileSync } from 'node:fs';
import {
  schedule,
  smooth,
  unitsOf,
  type Granularity,
  type Metas,
  type ScheduleSpec,
  type SmoothingKind,
  type Tensors,
} from '@spatial-ensemble/smoothing';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { fromEach } from './tensors.ts';

type Numbers = { readonly [name: string]: readonly number[] };

// Written by reference/updates.py: weight by weight, in float64.
interface Reference {
  readonly steps: number;
  readonly momentum: ScheduleSpec & { readonly values: readonly number[] };
  readonly preserve: ScheduleSpec & { readonly values: readonly number[] };
  readonly metas: Metas;
  readonly first: Numbers;
  readonly students: readonly Numbers[];
  readonly draws: { readonly [granularity in Granularity]: readonly Numbers[] };
  readonly runs: readonly {
    readonly kind: SmoothingKind;
    readonly granularity: Granularity;
    readonly teachers: readonly Numbers[];
    readonly preserveRate: readonly number[];
    readonly preservedWeights: readonly number[];
  }[];
}

const text = readFileSync(new URL('./fixtures/updates.json', import.meta.url), 'utf8');
const { steps, metas, momentum, preserve, ...reference } = JSON.parse(text) as Reference;

const tensors = (numbers: Numbers): Tensors => fromEach(metas, (name, shape) => tf.tensor([...numbers[name]!], shape));

it('its schedules are the same', () => {
  for (const spec of [momentum, preserve]) {
    spec.values.forEach((value, k) => expect(schedule(spec, 'share')(k, steps)).toBeCloseTo(value, 14));
  }
});

it.each(reference.runs)('$kind by $granularity, update by update', ({ kind, granularity, ...expected }) => {
  const units = unitsOf(metas, granularity);
  let teacher = tensors(reference.first);
  for (let k = 0; k < steps; k++) {
    const student = tensors(reference.students[k]!);
    const numbers = {
      // In turn as a step that is fed tensors gets them, and as numbers.
      ...(k % 2 === 0
        ? { momentumComplement: tf.scalar(1 - momentum.values[k]!), preserve: tf.scalar(preserve.values[k]!) }
        : { momentum: momentum.values[k]!, preserve: preserve.values[k]! }),
      draw: (unit: string, shape: readonly number[]) => {
        return tf.tensor([...reference.draws[granularity][k]![unit]!], [...shape]);
      },
    };
    const next = smooth(kind, teacher, student, units, numbers);
    teacher = next.teacher;
    for (const [name, tensor] of Object.entries(teacher)) {
      tensor.dataSync().forEach((value, i) => {
        expect(Math.abs(value - expected.teachers[k]![name]![i]!), `${name}[${i}] after ${k}`).toBeLessThan(1e-6);
      });
    }
    expect(next.preserveRate.dataSync()[0]).toBeCloseTo(expected.preserveRate[k]!, 6);
    expect(next.preservedWeights.dataSync()[0]).toBeCloseTo(expected.preservedWeights[k]!, 6);
  }
});
