import { mask, seeds, uniform } from '@spatial-ensemble/random';
import { schedule, smooth, smoothBuffers, unitsOf, type Metas, type Tensors } from '@spatial-ensemble/smoothing';
import * as tf from '@tensorflow/tfjs-core';

// What each variable means; its name is only a name. The units of smoothing come from the meaning.
export const params: Metas = {
  'conv/kernel': { shape: [3, 3, 1, 8], module: 'conv', outAxis: 3 },
  'bn/gamma': { shape: [8], module: 'bn', outAxis: 0 },
  'bn/beta': { shape: [8], module: 'bn', outAxis: 0 },
};

interface Network {
  readonly params: Tensors;
  readonly buffers: Tensors;
}

const units = unitsOf(params, 'channel');
const momentumAt = schedule({ kind: 'cosine', value: 0.99 }, 'momentum');
const masks = seeds(7).mask;

/** Call it after each step of the optimiser: the teacher that follows the student. Disposes of the one before. */
export function follow(teacher: Network, student: Network, step: number, steps: number): Network {
  const momentum = momentumAt(step, steps);
  // Any uniform numbers will do that depend on nothing but the seed, the step and the unit.
  const draw = (unit: string, shape: readonly number[]) => {
    return tf.tensor(uniform(mask(masks, step, unit), tf.util.sizeFromShape([...shape])), [...shape]);
  };
  const next = smooth('sts', teacher.params, student.params, units, { momentum, preserve: 0.7, draw });
  const buffers = smoothBuffers('smooth', teacher.buffers, student.buffers, { momentum });
  tf.dispose([next.preserveRate, next.preservedWeights, { ...teacher.params }, { ...teacher.buffers }]);
  return { params: next.teacher, buffers };
}
