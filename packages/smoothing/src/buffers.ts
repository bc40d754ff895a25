import * as tf from '@tensorflow/tfjs-core';
import type { Tensors } from './smooth.ts';

/**
 * What becomes of batch norm's running statistics in the teacher.
 * `own`: the teacher keeps its own, from its own forward passes (the official STS code, BYOL, MoCo).
 * `copy`: the student's (kekmodel/FixMatch-pytorch).
 * `smooth`: averaged at the parameters' momentum, without a mask (EMAN).
 */
export type BufferMode = 'own' | 'copy' | 'smooth';

/**
 * The teacher's buffers after an update.
 *
 * @param momentumComplement 1 − m, a scalar tensor; for `smooth`.
 * @throws Error when `smooth` has no momentum, or a buffer is missing.
 */
export function smoothBuffers(mode: BufferMode, teacher: Tensors, student: Tensors, momentumComplement?: tf.Tensor): Tensors {
  if (mode === 'own') return teacher;
  if (mode === 'copy') return student;
  if (momentumComplement === undefined) throw new Error('buffers that are smoothed need `momentumComplement`');
  return Object.fromEntries(
    Object.keys(teacher).map((name) => {
      const [old, now] = [teacher[name]!, student[name]];
      if (now === undefined) throw new Error(`buffer ${name} is missing in the student`);
      return [name, tf.sub(old, tf.mul(momentumComplement, tf.sub(old, now)))];
    }),
  );
}
