import type { Variables } from '@spatial-ensemble/nn';
import { key } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import {
  teacherEvidence,
  teacherOf,
  teacherScalars,
  teacherSpec,
  type Follows,
  type Taught,
  type TeacherMetrics,
} from '../src/index.ts';

const Spec = teacherSpec({ momentum: { kind: 'cosine', value: 0.99 }, preserve: 0.7, buffers: ['own', 'copy'] });
const meta = { shape: [2], module: 'a', name: 'bias', outAxis: 0, decays: false };
const variables = (value: number) => ({
  params: { 'a.bias': tf.tensor1d([value, value]) },
  buffers: { 'a.mean': tf.tensor1d([value]) },
});

/** Its own start is another one. */
const network = {
  metas: { params: { 'a.bias': meta }, buffers: { 'a.mean': { ...meta, shape: [1], name: 'mean', buffer: true } } },
  init: () => variables(1),
};

/** Two modules. */
const TWO = {
  metas: { params: { 'a.bias': meta, 'b.bias': { ...meta, shape: [1], module: 'b' } }, buffers: {} },
  init: () => variables(1),
};

describe('a spec', () => {
  it('has the defaults of its method', () => {
    expect(Spec.parse({ kind: 'sts' })).toEqual({
      kind: 'sts',
      momentum: { kind: 'cosine', value: 0.99 },
      preserve: { kind: 'constant', value: 0.7 },
      granularity: 'tensor',
      buffers: 'own',
      firstCopy: 'whole',
    });
    expect(Spec.parse({ kind: 'tma', momentum: 0.5 })).toMatchObject({ momentum: { kind: 'constant', value: 0.5 } });
  });

  it.each([
    { kind: 'tma', buffers: 'smooth' },
    { kind: 'tma', preserve: 0.5 },
    { kind: 'se', momentum: 0.5 },
    { kind: 'sts', preserve: 70 },
    { kind: 'tma', warmUp: 'momentum' },
    { kind: 'none', warmUp: 'effective' },
  ])('refuses %j', (spec) => {
    expect(Spec.safeParse(spec).success).toBe(false);
  });
});

describe('following', () => {
  const told = (momentum: number, preserve: number) => ({
    scalars: {
      momentumComplement: tf.scalar(1 - momentum),
      preserve: tf.scalar(preserve),
      effectiveMomentum: tf.scalar(1 - (1 - preserve) * (1 - momentum)),
    },
    key: key(1),
  });
  const student = { ...variables(4), params: { ...variables(4).params, 'predictor.bias': tf.scalar(9) } };
  const followed = (
    kind: 'tma' | 'se' | 'sts',
    momentum: number,
    preserve: number,
    { buffers = 'own', follows = 'after-step' }: { buffers?: 'own' | 'copy'; follows?: Follows } = {},
  ) => {
    const teacher = teacherOf(Spec.parse({ kind, buffers }), network, follows);
    const at = told(momentum, preserve);
    const before = teacher.before({ student, teacher: variables(2) }, at);
    return { before, after: taught(teacher.after(before, student, at)) };
  };
  const taught = ({ state, metrics }: Taught) => ({ teacher: state.teacher!, metrics: metrics as TeacherMetrics });
  const values = (tensors: Variables['params'], name: string) => [...tensors[name]!.dataSync()];

  it('is a moving average, and leaves alone what the teacher does not have', () => {
    const { teacher, metrics } = followed('tma', 0.75, 0).after;
    expect(values(teacher.params, 'a.bias')).toEqual([2.5, 2.5]);
    expect(Object.keys(teacher.params)).toEqual(['a.bias']);
    expect(metrics.distance.dataSync()[0]).toBeCloseTo(1.5 / 4, 6);
    expect(metrics.effectiveMomentum.dataSync()[0]).toBeCloseTo(0.75, 6);
  });

  it('by one draw for all is, update by update, the student or what it was', () => {
    const teacher = teacherOf(Spec.parse({ kind: 'se', granularity: 'network' }), TWO, 'after-step');
    const [p, keys] = [0.7, 400];
    let copies = 0;
    for (let k = 0; k < keys; k++) {
      const at = { ...told(0, p), key: key(7).fold(k) };
      const learnt = { params: { 'a.bias': tf.tensor1d([4, 4]), 'b.bias': tf.tensor1d([4]) }, buffers: {} };
      const old = { params: { 'a.bias': tf.tensor1d([2, 2]), 'b.bias': tf.tensor1d([2]) }, buffers: {} };
      const { params } = taught(
        teacher.after({ variables: old, itself: false, metrics: undefined }, learnt, at),
      ).teacher;
      const now = new Set([...values(params, 'a.bias'), ...values(params, 'b.bias')]);
      expect(now.size).toBe(1);
      copies += now.has(4) ? 1 : 0;
    }
    // Five standard errors.
    expect(Math.abs(copies / keys - (1 - p))).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / keys));
  });

  it('keeps everything at p = 1, and moves everything at p = 0', () => {
    const params = (kind: 'se' | 'sts', momentum: number, preserve: number) =>
      values(followed(kind, momentum, preserve).after.teacher.params, 'a.bias');
    expect(params('se', 0, 1)).toEqual([2, 2]);
    expect(params('se', 0, 0)).toEqual([4, 4]);
    expect(params('sts', 0.75, 0)).toEqual([2.5, 2.5]);
    expect(params('sts', 0.75, 1)).toEqual([2, 2]);
  });

  it('treats buffers as the spec says', () => {
    expect(values(followed('tma', 0.5, 0).after.teacher.buffers, 'a.mean')).toEqual([2]);
    expect(values(followed('tma', 0.5, 0, { buffers: 'copy' }).after.teacher.buffers, 'a.mean')).toEqual([4]);
  });

  it('happens once, in front of the forward passes or behind the optimiser', () => {
    const late = followed('tma', 0.75, 0, { follows: 'after-step' });
    expect(values(late.before.variables.params, 'a.bias')).toEqual([2, 2]);
    const early = followed('tma', 0.75, 0, { follows: 'before-step' });
    expect(values(early.before.variables.params, 'a.bias')).toEqual([2.5, 2.5]);
    expect(values(early.after.teacher.params, 'a.bias')).toEqual([2.5, 2.5]);
    expect(early.after.metrics.distance.dataSync()[0]).toBeCloseTo(1.5 / 4, 6);
  });

  it.each(['before-step', 'after-step'] as const)('keeps statistics of its own passes, %s', (follows) => {
    const statistics = { 'a.mean': tf.tensor1d([7]) };
    const kept = (['own', 'copy'] as const).map((buffers) => {
      const teacher = teacherOf(Spec.parse({ kind: 'tma', buffers }), network, follows);
      const at = told(0.75, 0);
      const before = teacher.before({ student, teacher: variables(2) }, at);
      return values(taught(teacher.after(before, student, at, statistics)).teacher.buffers, 'a.mean');
    });
    expect(kept).toEqual([[7], [4]]);
  });

  it.each(['before-step', 'after-step'] as const)('averages statistics that no pass of it renews, %s', (follows) => {
    const statistics = { 'a.mean': tf.tensor1d([2]) };
    const after = (['own', 'copy'] as const).map((buffers) => {
      const teacher = teacherOf(Spec.parse({ kind: 'tma', buffers }), network, follows, network.metas.buffers);
      const at = told(0.75, 0);
      const before = teacher.before({ student, teacher: variables(2) }, at);
      // What a pass in train mode gives of a buffer that it does not renew is what it was given.
      const given = { ...statistics, ...before.variables.buffers };
      return values(taught(teacher.after(before, student, at, given)).teacher.buffers, 'a.mean');
    });
    expect(after).toEqual([[2.5], [4]]);
  });

  it('is nothing at all where the student teaches itself', () => {
    const teacher = teacherOf(Spec.parse({ kind: 'none' }), network, 'before-step');
    const before = teacher.before({ student }, told(0, 0));
    expect(before).toEqual({ variables: student, itself: true, metrics: undefined });
    expect(teacher.after(before, student, told(0, 0))).toEqual({ state: {}, metrics: {} });
    expect(teacher.first(student, key(1))).toEqual({});
  });

  it('needs a teacher that is there, with a student that has all of it', () => {
    const teacher = teacherOf(Spec.parse({ kind: 'tma' }), network, 'after-step');
    expect(() => teacher.before({ student }, told(0, 0))).toThrow('the state has no teacher');
    expect(() => teacher.first({ params: {}, buffers: {} }, key(1))).toThrow('the student has no variable a.bias');
  });
});

describe('the first teacher', () => {
  const first = (firstCopy: 'whole' | 'masked', preserve: number) => {
    const teacher = teacherOf(Spec.parse({ kind: 'se', preserve, firstCopy }), network, 'after-step');
    return [...teacher.first(variables(4), key(2)).teacher!.params['a.bias']!.dataSync()];
  };
  it('is the student, or in part a start of its own', () => {
    expect(first('whole', 1)).toEqual([4, 4]);
    expect(first('masked', 1)).toEqual([1, 1]);
    expect(first('masked', 0)).toEqual([4, 4]);
  });
});

describe('numbers of a run', () => {
  it('are those of the schedules', () => {
    const spec = Spec.parse({ kind: 'sts', momentum: 0.9, preserve: 0.5 });
    expect(teacherScalars(spec, 3, 10)).toEqual({
      momentumComplement: 1 - 0.9,
      preserve: 0.5,
      effectiveMomentum: 0.95,
    });
    expect(teacherEvidence(spec, 1000)!.effectiveMomentum).toBeCloseTo(0.95, 9);
    expect(teacherEvidence(spec, 1000)!.meanAge).toBeCloseTo(19, 6);
    expect(teacherEvidence(Spec.parse({ kind: 'none' }), 10)).toBe(undefined);
    expect(teacherScalars(Spec.parse({ kind: 'tma' }), 5, 10)['momentumComplement']).toBeCloseTo(0.005, 9);
  });

  it('warmed up together are those of `warmedShares`, of a cosine too', () => {
    const spec = Spec.parse({
      kind: 'sts',
      momentum: { kind: 'cosine', value: 0.9 },
      preserve: 0.5,
      warmUp: 'effective',
    });
    const cosine = (k: number): number => 1 - (0.1 * (Math.cos((Math.PI * k) / 40) + 1)) / 2;
    for (let k = 0; k < 40; k++) {
      const wanted = Math.min(1 - 1 / (k + 1), 1 - 0.5 * (1 - cosine(k)));
      expect(teacherScalars(spec, k, 40).effectiveMomentum).toBeCloseTo(wanted, 12);
    }
    expect(teacherScalars(spec, 0, 40)).toEqual({ momentumComplement: 1, preserve: 0, effectiveMomentum: 0 });
  });
});
