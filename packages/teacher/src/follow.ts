import { keyed } from '@spatial-ensemble/engine';
import { partOf, relativeDistance, type Metas, type Tensors, type Variables } from '@spatial-ensemble/nn';
import { unitMask, type Key } from '@spatial-ensemble/random';
import {
  firstCopy,
  schedule,
  smooth,
  smoothBuffers,
  unitsOf,
  type BufferMode,
  type Draw,
  type Units,
} from '@spatial-ensemble/smoothing';
import * as tf from '@tensorflow/tfjs-core';
import type { TeacherNumber } from './shares.ts';
import type { Follower } from './spec.ts';

/** The uniform draws of one update, by unit. `key` is that of the update, on the host or traced. */
function drawsOf(key: Key): Draw {
  return (unit, shape) => keyed.uniform(unitMask(key, unit), shape);
}

/** The units of a teacher's parameters; without masks they are the tensors. */
export function teacherUnits(teacher: Follower, params: Metas): Units {
  return unitsOf(params, 'granularity' in teacher ? teacher.granularity : 'tensor');
}

/**
 * The teacher before the first step.
 *
 * @param student its variables, those that the teacher has alone.
 * @param independent variables of another start, made only where the first copy is masked.
 * @param key decides which units the masked copy keeps.
 */
export function firstTeacher(
  spec: Follower,
  student: Variables,
  units: Units,
  independent: () => Variables,
  key: Key,
): Variables {
  const buffers = cloned(student.buffers);
  if (!('firstCopy' in spec) || spec.firstCopy === 'whole') return { params: cloned(student.params), buffers };
  const params = tf.tidy(() => {
    const preserve = tf.scalar(schedule(spec.preserve, 'preserve probability')(0, 1));
    const masked = { initial: independent().params, preserve, draw: drawsOf(key) };
    return { ...firstCopy('masked', student.params, units, masked) };
  });
  return { params, buffers };
}

/** What an update of a teacher is told: its scheduled numbers, and the key of its masks, on the host or traced. */
export interface Told {
  /** Those of `teacherScalars`, and whatever else the step is told. */
  readonly scalars: { readonly [name in TeacherNumber]: tf.Scalar };
  readonly key: Key;
}

/** `preserveRate`, `effectiveMomentum`, and `distance`, ‖teacher − student‖ ÷ ‖student‖ over its parameters. */
export type TeacherMetrics = {
  readonly [name in 'preserveRate' | 'effectiveMomentum' | 'distance']: tf.Scalar;
};

/** The teacher after an update, and what there is to say of it. */
export interface Followed {
  readonly teacher: Variables;
  readonly metrics: TeacherMetrics;
}

/**
 * One update of the teacher. Pure.
 *
 * @param student its variables; what the teacher does not have (a predictor) is left alone.
 * @param unseen buffers that no forward pass of the teacher renews: where buffers are its `own`, these are averaged.
 */
export function follow(
  spec: Follower,
  teacher: Variables,
  student: Variables,
  units: Units,
  { scalars, key }: Told,
  unseen: Metas = {},
): Followed {
  const numbers = { ...scalars, draw: drawsOf(key) };
  const { teacher: params, preserveRate } = smooth(spec.kind, teacher.params, student.params, units, numbers);
  const followed = (mode: BufferMode, of: Tensors): Tensors =>
    smoothBuffers(mode, of, student.buffers, scalars.momentumComplement);
  const averaged = spec.buffers === 'own' && Object.keys(unseen).length > 0;
  const buffers = {
    ...followed(spec.buffers, teacher.buffers),
    ...(averaged && followed('smooth', partOf(teacher.buffers, unseen, 'the teacher'))),
  };
  const distance = relativeDistance(params, partOf(student.params, params, 'the student'));
  return {
    teacher: { params, buffers },
    metrics: { preserveRate, effectiveMomentum: scalars.effectiveMomentum, distance },
  };
}

function cloned(tensors: Tensors): Tensors {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, tf.clone(tensor)]));
}
