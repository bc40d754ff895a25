import { smooth, unitsOf, type Granularity, type SmoothingKind, type Tensors } from '@spatial-ensemble/smoothing';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { bits, drawsAt, filled, kept, METAS } from './tensors.ts';

const GRANULARITIES: readonly Granularity[] = ['tensor', 'layer', 'channel', 'neuron', 'network'];
const teacher = filled(METAS, 'teacher');
const student = filled(METAS, 'student');

describe('none', () => {
  it('is the student', () => {
    expect(bits(smooth('none', teacher, student, unitsOf(METAS, 'tensor')).teacher)).toEqual(bits(student));
  });
});

describe('tma', () => {
  const units = unitsOf(METAS, 'tensor');

  it('has the closed form of a moving average after many steps', () => {
    const [m, steps] = [0.9, 40];
    const students = Array.from({ length: steps }, (_, k) => filled(METAS, `student ${k}`));
    let following = teacher;
    for (const now of students)
      following = smooth('tma', following, now, units, { momentumComplement: tf.scalar(1 - m) }).teacher;
    for (const [name, tensor] of Object.entries(following)) {
      const first = teacher[name]!.dataSync();
      const each = students.map((now) => now[name]!.dataSync());
      tensor.dataSync().forEach((value, i) => {
        // m^K θ′₀ + Σ (1 − m) m^(K − 1 − k) θₖ
        const sum = each.reduce((total, now, k) => total + (1 - m) * m ** (steps - 1 - k) * now[i]!, 0);
        expect(Math.abs(value - (m ** steps * first[i]! + sum))).toBeLessThan(1e-6);
      });
    }
  });

  it('momentum is the share of the old value', () => {
    const { teacher: next } = smooth('tma', teacher, student, units, { momentum: 0.99 });
    const [old, now] = [teacher['bn.gamma']!.dataSync()[0]!, student['bn.gamma']!.dataSync()[0]!];
    expect(next['bn.gamma']!.dataSync()[0]).toBeCloseTo(0.99 * old + 0.01 * now, 6);
  });

  it.each([0, 1e-7])('stays where it is, bit for bit, once it equals the student (1 - m = %f)', (complement) => {
    for (const share of [complement, 0.3, 1]) {
      const { teacher: next } = smooth('tma', teacher, teacher, units, { momentumComplement: tf.scalar(share) });
      expect(bits(next)).toEqual(bits(teacher));
    }
  });

  it('moves at a momentum that float32 would take for 1', () => {
    const m = 1 - 2 ** -26;
    expect(Math.fround(m)).toBe(1);
    const far = { x: tf.tensor1d([0]) };
    const units = { x: { unit: 'x', drawShape: [], broadcast: [] } };
    for (const numbers of [{ momentum: m }, { momentumComplement: tf.scalar(1 - m) }]) {
      const { teacher: next } = smooth('tma', far, { x: tf.tensor1d([1]) }, units, numbers);
      expect(next['x']!.dataSync()[0]).toBe(2 ** -26);
    }
  });
});

describe.each(GRANULARITIES)('by %s, bit for bit', (granularity) => {
  const units = unitsOf(METAS, granularity);
  const draw = drawsAt(0);

  it.each(['tma', 'sts'] as const)('%s at momentum 1 leaves the teacher', (kind) => {
    for (const complement of [tf.scalar(0), 0]) {
      const { teacher: next } = smooth(kind, teacher, student, units, {
        momentumComplement: complement,
        preserve: 0.5,
        draw,
      });
      expect(bits(next)).toEqual(bits(teacher));
    }
  });

  it.each(['se', 'sts'] as const)('%s at preserve 1 leaves the teacher', (kind) => {
    const { teacher: next, ...rates } = smooth(kind, teacher, student, units, { momentum: 0.3, preserve: 1, draw });
    expect(bits(next)).toEqual(bits(teacher));
    expect(rates.preserveRate.dataSync()[0]).toBe(1);
    expect(rates.preservedWeights.dataSync()[0]).toBeCloseTo(1, 6);
  });

  it('sts at preserve 0 is tma', () => {
    for (const numbers of [{ momentum: 0.9 }, { momentumComplement: tf.scalar(0.1) }]) {
      const { teacher: sts, preserveRate } = smooth('sts', teacher, student, units, { ...numbers, preserve: 0, draw });
      expect(bits(sts)).toEqual(bits(smooth('tma', teacher, student, units, numbers).teacher));
      expect(preserveRate.dataSync()[0]).toBe(0);
    }
  });

  it('a momentum known to be 0 copies: tma is none, sts is se', () => {
    expect(bits(smooth('tma', teacher, student, units, { momentum: 0 }).teacher)).toEqual(bits(student));
    const masked = { momentum: 0, preserve: 0.5, draw };
    const sts = smooth('sts', teacher, student, units, masked).teacher;
    expect(bits(sts)).toEqual(bits(smooth('se', teacher, student, units, masked).teacher));
  });

  it.each(['int32', 'bool'] as const)('what copies or masks keeps the type of %s', (dtype) => {
    const name = 'fc.kernel';
    const whole = (from: number): Tensors => ({
      [name]: tf.tensor(Array.from({ length: 20 }, (_, i) => (dtype === 'bool' ? (i + from) % 2 : i + from)), [4, 5], dtype), // prettier-ignore
    });
    const [old, now, unit] = [whole(0), whole(101), unitsOf({ [name]: METAS[name]! }, granularity)];
    for (const kind of ['none', 'tma', 'se', 'sts'] as const) {
      const { teacher: next } = smooth(kind, old, now, unit, { momentum: 0, preserve: 0.5, draw });
      expect(next[name]!.dtype).toBe(dtype);
      const [before, after, made] = [old, now, next].map((tensors) => [...tensors[name]!.dataSync()]);
      made!.forEach((value, i) => expect([before![i], after![i]]).toContain(value));
      if (kind === 'none' || kind === 'tma') expect(made).toEqual(after);
    }
  });

  it('a momentum fed as 0 copies but for rounding', () => {
    const numbers = { momentumComplement: tf.scalar(1), preserve: tf.scalar(0), draw };
    for (const kind of ['tma', 'sts'] as const) {
      const { teacher: next } = smooth(kind, teacher, student, units, numbers);
      for (const name of Object.keys(METAS)) {
        const difference = tf.max(tf.abs(tf.sub(next[name]!, student[name]!))).dataSync()[0]!;
        expect(difference).toBeLessThan(2 ** -22);
      }
    }
  });

  it('se at preserve 0 copies, and between, each weight is the one or the other', () => {
    expect(bits(smooth('se', teacher, student, units, { preserve: 0, draw }).teacher)).toEqual(bits(student));
    const { teacher: next } = smooth('se', teacher, student, units, { preserve: 0.5, draw });
    const [old, now, mixed] = [bits(teacher), bits(student), bits(next)];
    let fromTeacher = 0;
    for (const name of Object.keys(METAS)) {
      mixed[name]!.forEach((value, i) => {
        expect([old[name]![i], now[name]![i]]).toContain(value);
        if (value === old[name]![i]) fromTeacher++;
      });
    }
    // One draw for all copies all, or nothing.
    if (granularity === 'network') return expect([bits(teacher), bits(student)]).toContainEqual(mixed);
    expect(fromTeacher).toBeGreaterThan(0);
    expect(mixed).not.toEqual(old);
  });

  it('sts moves the units that se replaces, and keeps the others', () => {
    const replaced = smooth('se', teacher, student, units, { preserve: 0.5, draw }).teacher;
    const moved = smooth('sts', teacher, student, units, { momentum: 0.7, preserve: 0.5, draw }).teacher;
    const averaged = smooth('tma', teacher, student, units, { momentum: 0.7 }).teacher;
    for (const name of Object.keys(METAS)) {
      const stays = kept(teacher[name]!, replaced[name]!);
      const [old, all] = [teacher[name]!.dataSync(), averaged[name]!.dataSync()];
      expect([...moved[name]!.dataSync()]).toEqual(stays.map((keeps, i) => (keeps ? old[i] : all[i])));
    }
  });
});

it('keeps a unit whose draw is below preserve, and moves one whose draw is equal', () => {
  const units = unitsOf(METAS, 'tensor');
  const at = (value: number) => ({ preserve: 0.5, draw: () => tf.scalar(value) });
  expect(bits(smooth('se', teacher, student, units, at(0.5)).teacher)).toEqual(bits(student));
  expect(bits(smooth('se', teacher, student, units, at(0.5 - 2 ** -24)).teacher)).toEqual(bits(teacher));
});

it('reports the shares that the weights show', () => {
  const units = unitsOf(METAS, 'channel');
  const { teacher: next, ...rates } = smooth('se', teacher, student, units, { preserve: 0.5, draw: drawsAt(1) });
  const flags = Object.keys(METAS).map((name) => kept(teacher[name]!, next[name]!));
  const count = (list: boolean[]): number => list.filter(Boolean).length;
  const all = flags.flat();
  expect(rates.preservedWeights.dataSync()[0]).toBeCloseTo(count(all) / all.length, 6);
  // One number a channel: the convolution's bias, γ, and the dense layer's first row.
  const channels = [...flags[1]!, ...flags[2]!, ...flags[4]!.slice(0, 5)];
  expect(rates.preserveRate.dataSync()[0]).toBeCloseTo(count(channels) / channels.length, 6);
});

it('leaves what a student has besides, such as a predictor', () => {
  const units = unitsOf(METAS, 'tensor');
  const predictor = { ...student, 'predictor.kernel': tf.ones([5, 5]) };
  const { teacher: next } = smooth('tma', teacher, predictor, units, { momentum: 0.5 });
  expect(Object.keys(next)).toEqual(Object.keys(METAS));
});

describe('memory', () => {
  const KINDS: readonly SmoothingKind[] = ['none', 'tma', 'se', 'sts'];

  it.each(KINDS)('%s adds the tensors that it gives, and no more', (kind) => {
    for (const granularity of GRANULARITIES) {
      const units = unitsOf(METAS, granularity);
      const before = tf.memory().numTensors;
      const made = smooth(kind, teacher, student, units, { momentum: 0.9, preserve: 0.5, draw: drawsAt(0) });
      expect(tf.memory().numTensors - before).toBe(Object.keys(METAS).length + 2);
      tf.dispose([{ ...made.teacher }, made.preserveRate, made.preservedWeights]);
      expect(tf.memory().numTensors).toBe(before);
      expect(student['bn.gamma']!.isDisposed || teacher['bn.gamma']!.isDisposed).toBe(false);
    }
  });
});
