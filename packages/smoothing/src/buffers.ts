import * as tf from '@tensorflow/tfjs-core';
import { complementOf, towards, type Momentum, type Tensors } from './smooth.ts';
import type { Share } from './share.ts';

/**
 * What becomes of batch norm's running statistics in the teacher.
 * `own`: the teacher keeps its own, from its own forward passes (the official STS code, BYOL, MoCo).
 * `copy`: the student's (kekmodel/FixMatch-pytorch).
 * `smooth`: averaged at the parameters' momentum, without a mask (EMAN). Counters, which are whole numbers, are copied.
 */
export type BufferMode = 'own' | 'copy' | 'smooth';

/**
 * The teacher's buffers after an update. Pure: gives new tensors; those that are copies share memory.
 *
 * @param momentum for `smooth`: 1 − m as a scalar, or `{ momentum }` as for `smooth`. With `se`, m is 0.
 * @throws Error when `smooth` has no momentum, a buffer is missing or has two shapes or types, or the mode is unknown.
 */
export function smoothBuffers(
  mode: BufferMode,
  teacher: Tensors,
  student: Tensors,
  momentum?: Share | Momentum,
): Tensors {
  if (mode === 'own') return each(teacher, (old) => tf.clone(old));
  const paired = (make: (old: tf.Tensor, now: tf.Tensor) => tf.Tensor): Tensors =>
    each(teacher, (old, name) => {
      const now = student[name];
      if (now === undefined) throw new Error(`buffer ${name} is missing in the student`);
      if (old.shape.join() !== now.shape.join()) {
        throw new Error(
          `buffer ${name} has shape [${old.shape.join(', ')}] in the teacher and [${now.shape.join(', ')}] in the student`,
        );
      }
      if (old.dtype !== now.dtype)
        throw new Error(`buffer ${name} is ${old.dtype} in the teacher and ${now.dtype} in the student`);
      return make(old, now);
    });
  if (mode === 'copy') return paired((_, now) => tf.clone(now));
  if (mode !== 'smooth') throw new Error(`buffers are own, copy or smooth, got ${String(mode)}`);
  const isShare = typeof momentum === 'number' || (momentum !== undefined && 'dataId' in momentum);
  const complement = complementOf(
    'smoothing of buffers',
    isShare ? { momentumComplement: momentum } : (momentum ?? {}),
  );
  return tf.tidy(() => ({
    ...paired((old, now) => (old.dtype === 'float32' ? towards(old, now, complement) : tf.clone(now))),
  }));
}

function each(tensors: Tensors, make: (tensor: tf.Tensor, name: string) => tf.Tensor): Tensors {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, make(tensor, name)]));
}
