import { smooth, smoothBuffers, unitsOf, type Tensors } from '@spatial-ensemble/smoothing';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { bits } from './tensors.ts';

const teacher: Tensors = { 'bn.mean': tf.tensor1d([0, 1, -2]), 'bn.variance': tf.tensor1d([1, 0.5, 3]) };
const student: Tensors = { 'bn.mean': tf.tensor1d([1, 1, 0.1]), 'bn.variance': tf.tensor1d([2, 0.25, 7]) };

describe('buffers', () => {
  it('own: the teacher’s', () => {
    expect(bits(smoothBuffers('own', teacher, student))).toEqual(bits(teacher));
  });

  it('copy: the student’s', () => {
    expect(bits(smoothBuffers('copy', teacher, student))).toEqual(bits(student));
  });

  it('smooth: what tma makes of parameters, without a mask', () => {
    const metas = Object.fromEntries(
      Object.keys(teacher).map((name) => [name, { shape: [3], module: 'bn', outAxis: 0 }]),
    );
    for (const momentum of [0, 0.3, 0.999, 1]) {
      const parameters = smooth('tma', teacher, student, unitsOf(metas, 'tensor'), { momentum }).teacher;
      expect(bits(smoothBuffers('smooth', teacher, student, { momentum }))).toEqual(bits(parameters));
      expect(bits(smoothBuffers('smooth', teacher, student, 1 - momentum))).toEqual(bits(parameters));
    }
    const fed = smoothBuffers('smooth', teacher, student, tf.scalar(0.25));
    expect([...fed['bn.mean']!.dataSync()]).toEqual([0.25, 1, Math.fround(-2 - 0.25 * Math.fround(-2.1))]);
  });

  it('smooth copies counters', () => {
    const [old, now] = [{ seen: tf.scalar(3, 'int32') }, { seen: tf.scalar(8, 'int32') }];
    const { seen } = smoothBuffers('smooth', old, now, { momentum: 0.9 });
    expect([seen!.dtype, seen!.dataSync()[0]]).toEqual(['int32', 8]);
  });

  it.each(['own', 'copy', 'smooth'] as const)('%s gives new tensors: either side may be disposed of', (mode) => {
    const [a, b] = [{ x: tf.tensor1d([1, 2]) }, { x: tf.tensor1d([3, 4]) }];
    const before = tf.memory().numTensors;
    const { x } = smoothBuffers(mode, a, b, { momentum: 0.5 });
    expect(tf.memory().numTensors).toBe(before + 1);
    tf.dispose([a.x, b.x]);
    expect([...x!.dataSync()]).toEqual({ own: [1, 2], copy: [3, 4], smooth: [2, 3] }[mode]);
  });

  it('says what is wrong', () => {
    expect(() => smoothBuffers('smooth', teacher, student)).toThrow(
      'smoothing of buffers needs `momentum` or `momentumComplement`',
    );
    expect(() => smoothBuffers('smooth', teacher, student, { momentum: 99 })).toThrow(
      'momentum must be in [0, 1], got 99',
    );
    expect(() => smoothBuffers('copy', teacher, {})).toThrow('buffer bn.mean is missing in the student');
    const other = { ...student, 'bn.mean': tf.zeros([4]) };
    expect(() => smoothBuffers('copy', teacher, other)).toThrow(
      'bn.mean has shape [3] in the teacher and [4] in the student',
    );
    expect(() => smoothBuffers('live' as 'own', teacher, student)).toThrow('buffers are own, copy or smooth, got live');
  });
});
