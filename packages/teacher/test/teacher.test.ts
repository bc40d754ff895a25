import { key } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { firstTeacher, follow, teacherEvidence, teacherScalars, teacherSpec, teacherUnits } from '../src/index.ts';

const Spec = teacherSpec({ momentum: { kind: 'cosine', value: 0.99 }, preserve: 0.7, buffers: ['own', 'copy'] });
const meta = { shape: [2], layout: 'C', kind: 'bias', module: 'a', outAxis: 0 } as const;
const metas = { 'a.bias': meta };
const variables = (value: number) => ({
  params: { 'a.bias': tf.tensor1d([value, value]) },
  buffers: { 'a.mean': tf.tensor1d([value]) },
});

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
  ])('refuses %j', (spec) => {
    expect(Spec.safeParse(spec).success).toBe(false);
  });
});

describe('following', () => {
  const scalars = (momentum: number, preserve: number) => ({
    momentumComplement: tf.scalar(1 - momentum),
    preserve: tf.scalar(preserve),
    effectiveMomentum: tf.scalar(1 - (1 - preserve) * (1 - momentum)),
  });
  const followed = (
    kind: 'tma' | 'se' | 'sts',
    momentum: number,
    preserve: number,
    buffers: 'own' | 'copy' = 'own',
  ) => {
    const spec = Spec.parse({ kind, buffers }) as Parameters<typeof follow>[0];
    const units = teacherUnits(spec, metas);
    const student = { ...variables(4), params: { ...variables(4).params, 'predictor.bias': tf.scalar(9) } };
    return follow(spec, variables(2), student, units, scalars(momentum, preserve), key(1));
  };

  it('is a moving average, and leaves alone what the teacher does not have', () => {
    const { teacher, metrics } = followed('tma', 0.75, 0);
    expect([...teacher.params['a.bias']!.dataSync()]).toEqual([2.5, 2.5]);
    expect(Object.keys(teacher.params)).toEqual(['a.bias']);
    expect(metrics['distance']!.dataSync()[0]).toBeCloseTo(1.5 / 4, 6);
    expect(metrics['effectiveMomentum']!.dataSync()[0]).toBeCloseTo(0.75, 6);
  });

  it('keeps everything at p = 1, and moves everything at p = 0', () => {
    const values = (kind: 'se' | 'sts', momentum: number, preserve: number) => [
      ...followed(kind, momentum, preserve).teacher.params['a.bias']!.dataSync(),
    ];
    expect(values('se', 0, 1)).toEqual([2, 2]);
    expect(values('se', 0, 0)).toEqual([4, 4]);
    expect(values('sts', 0.75, 0)).toEqual([2.5, 2.5]);
    expect(values('sts', 0.75, 1)).toEqual([2, 2]);
  });

  it('treats buffers as the spec says', () => {
    expect(followed('tma', 0.5, 0).teacher.buffers['a.mean']!.dataSync()[0]).toBe(2);
    expect(followed('tma', 0.5, 0, 'copy').teacher.buffers['a.mean']!.dataSync()[0]).toBe(4);
  });
});

describe('the first teacher', () => {
  const first = (firstCopy: 'whole' | 'masked', preserve: number) => {
    const spec = Spec.parse({ kind: 'se', preserve, firstCopy }) as Parameters<typeof firstTeacher>[0];
    const units = teacherUnits(spec, metas);
    const { params } = firstTeacher(spec, variables(4), units, () => variables(1), key(2));
    return [...params['a.bias']!.dataSync()];
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
});
