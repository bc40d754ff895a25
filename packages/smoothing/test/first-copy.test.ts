import { firstCopy, unitsOf } from '@spatial-ensemble/smoothing';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { bits, drawsAt, filled, METAS } from './tensors.ts';

const student = filled(METAS, 'student');
const initial = filled(METAS, 'another start');
const units = unitsOf(METAS, 'tensor');

describe('first copy', () => {
  it('whole: the student, of which the teacher has what it has units for', () => {
    const made = firstCopy('whole', { ...student, 'predictor.kernel': tf.ones([2, 2]) }, units);
    expect(bits(made)).toEqual(bits(student));
  });

  it('masked: each tensor from the student with probability 1 - p, else from the teacher’s own start', () => {
    const [p, tries] = [0.7, 100];
    const [ours, theirs] = [bits(student), bits(initial)];
    let copied = 0;
    for (let seed = 0; seed < tries; seed++) {
      const made = bits(firstCopy('masked', student, units, { initial, preserve: p, draw: drawsAt(seed, 'first') }));
      for (const name of Object.keys(METAS)) {
        const from = String(made[name]) === String(ours[name]) ? 1 : 0;
        if (from === 0) expect(made[name]).toEqual(theirs[name]);
        copied += from;
      }
    }
    const of = tries * Object.keys(METAS).length;
    expect(Math.abs(copied / of - (1 - p))).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / of));
  });

  it('adds the teacher’s tensors, and no more', () => {
    const before = tf.memory().numTensors;
    const whole = firstCopy('whole', student, units);
    const masked = firstCopy('masked', student, units, { initial, preserve: 0.5, draw: drawsAt(0) });
    expect(tf.memory().numTensors - before).toBe(2 * Object.keys(METAS).length);
    tf.dispose([{ ...whole }, { ...masked }]);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('says what is wrong', () => {
    expect(() => firstCopy('half' as 'whole', student, units)).toThrow('a first copy is whole or masked, got half');
    expect(() => firstCopy('masked', student, units)).toThrow(
      'a masked first copy needs `initial`, `preserve` and `draw`',
    );
    expect(() => firstCopy('masked', student, units, { initial, preserve: 0.5 })).toThrow(
      'smoothing by se needs `draw`',
    );
    expect(() => firstCopy('whole', {}, units)).toThrow('conv.kernel is missing in the teacher');
  });
});
