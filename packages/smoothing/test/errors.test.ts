import { smooth, unitsOf, type Granularity, type SmoothingKind } from '@spatial-ensemble/smoothing';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { drawsAt, filled, METAS } from './tensors.ts';

const teacher = filled(METAS, 'teacher');
const student = filled(METAS, 'student');
const units = unitsOf(METAS, 'tensor');
const draw = drawsAt(0);

describe('smooth says what is wrong with', () => {
  it('a preserve probability or momentum that is none', () => {
    expect(() => smooth('se', teacher, student, units, { preserve: 1.7, draw })).toThrow(
      'preserve probability must be in [0, 1], got 1.7. Did you pass a percentage?',
    );
    expect(() => smooth('tma', teacher, student, units, { momentum: 99 })).toThrow(
      'momentum must be in [0, 1], got 99. Did you pass a percentage?',
    );
    expect(() => smooth('tma', teacher, student, units, { momentumComplement: -0.1 })).toThrow(
      '1 - momentum must be in [0, 1]',
    );
    expect(() => smooth('tma', teacher, student, units, { momentumComplement: tf.ones([3]) })).toThrow(
      '1 - momentum must be a scalar, got a tensor of shape [3]',
    );
    expect(() => smooth('se', teacher, student, units, { preserve: tf.ones([2]), draw })).toThrow('must be a scalar');
  });

  it('numbers that are missing, or given twice', () => {
    expect(() => smooth('tma', teacher, student, units)).toThrow(
      'smoothing by tma needs `momentum` or `momentumComplement`',
    );
    expect(() => smooth('sts', teacher, student, units, { preserve: 0.5, draw })).toThrow(
      'smoothing by sts needs `momentum`',
    );
    expect(() => smooth('se', teacher, student, units, { draw })).toThrow('smoothing by se needs `preserve`');
    expect(() => smooth('se', teacher, student, units, { preserve: 0.5 })).toThrow('smoothing by se needs `draw`');
    expect(() => smooth('tma', teacher, student, units, { momentum: 0.9, momentumComplement: 0.1 })).toThrow(
      'not both',
    );
    const tensor = tf.scalar(0.9) as unknown as number;
    expect(() => smooth('tma', teacher, student, units, { momentum: tensor })).toThrow(
      'a tensor is given as `momentumComplement`',
    );
  });

  it('variables that do not pair', () => {
    const { 'bn.beta': _, ...fewer } = student;
    const numbers = { momentum: 0.9 };
    expect(() => smooth('tma', teacher, fewer, units, numbers)).toThrow('bn.beta is missing in the student');
    expect(() => smooth('tma', fewer, student, units, numbers)).toThrow('bn.beta is missing in the teacher');
    const turned = { ...student, 'fc.kernel': tf.zeros([5, 4]) };
    expect(() => smooth('tma', teacher, turned, units, numbers)).toThrow(
      'fc.kernel has shape [4, 5] in the teacher and [5, 4] in the student',
    );
    const more = { ...teacher, stray: tf.zeros([1]) };
    expect(() => smooth('tma', more, student, units, numbers)).toThrow(
      'stray is in the teacher, but belongs to no unit',
    );
  });

  it('variables of two types, or whose type has no average', () => {
    const flags = { ...student, 'bn.beta': tf.zeros([4], 'bool') };
    expect(() => smooth('se', teacher, flags, units, { preserve: 0.5, draw })).toThrow(
      'bn.beta is float32 in the teacher and bool in the student',
    );
    const whole = { 'bn.beta': tf.tensor1d([1, 2, 3, 4], 'int32') };
    const beta = unitsOf({ 'bn.beta': METAS['bn.beta']! }, 'tensor');
    for (const kind of ['tma', 'sts'] as const)
      expect(() => smooth(kind, whole, whole, beta, { momentum: 0.9, preserve: 0.5, draw })).toThrow(
        'bn.beta is int32, which has no moving average in its type: cast it to float32, or keep it among the buffers, where it is copied',
      );
  });

  it('a draw that is not what was asked for', () => {
    const wrong = () => tf.zeros([2]);
    expect(() => smooth('se', teacher, student, units, { preserve: 0.5, draw: wrong })).toThrow(
      'the draw of conv.kernel must be uniform float32 in [0, 1) of shape [], got float32 of shape [2]',
    );
    const flags = (_: string, shape: readonly number[]) => tf.zeros([...shape], 'bool');
    expect(() => smooth('se', teacher, student, units, { preserve: 0.5, draw: flags })).toThrow('got bool of shape []');
  });

  it('a kind that it does not know', () => {
    expect(() => smooth('ema' as SmoothingKind, teacher, student, units)).toThrow(
      'smoothing is none, tma, se or sts, got ema',
    );
  });

  it('and leaves no tensor behind', () => {
    const before = tf.memory().numTensors;
    const stop = (unit: string): tf.Tensor => {
      if (unit === 'bn.beta') throw new Error('stop');
      return tf.scalar(0);
    };
    expect(() => smooth('sts', teacher, student, units, { momentum: 0.9, preserve: 0.5, draw: stop })).toThrow('stop');
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('unitsOf says what is wrong with', () => {
  it('a granularity that it does not know', () => {
    expect(() => unitsOf(METAS, 'filter' as Granularity)).toThrow(
      'a granularity is tensor, layer, channel, neuron or network, got filter',
    );
    expect(() => unitsOf(METAS, 'toString' as Granularity)).toThrow('got toString');
  });

  it('variables of a module that count different outputs', () => {
    const metas = { ...METAS, 'bn.beta': { ...METAS['bn.beta']!, shape: [5] } };
    expect(() => unitsOf(metas, 'channel')).toThrow(
      'bn.beta: the variables of bn share a draw by channel, but count 4 and 5 outputs',
    );
    expect(() => unitsOf(metas, 'layer')).not.toThrow();
  });

  it('an output axis that is none', () => {
    const metas = { ...METAS, 'fc.kernel': { ...METAS['fc.kernel']!, outAxis: 2 } };
    expect(() => unitsOf(metas, 'channel')).toThrow('fc.kernel: outAxis 2 is no axis of the shape [4, 5]');
  });
});
