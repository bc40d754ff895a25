import { keyed } from '@spatial-ensemble/engine';
import { relativeDistance, type Tensors, type Variables } from '@spatial-ensemble/nn';
import { unitMask, type Key } from '@spatial-ensemble/random';
import { agedBy, effectiveMomentum, schedule, smooth, smoothBuffers, unitsOf, type Draw, type Units } from '@spatial-ensemble/smoothing';
import type { At, Metrics } from '@spatial-ensemble/training';
import * as tf from '@tensorflow/tfjs-core';
import { model } from './model.ts';
import type { FixMatchSpec } from './spec.ts';
import type { TeacherSpec } from './teacher-spec.ts';

/** Uniform draws for the units of one update. */
function drawsOf(key: Key): Draw {
  return (unit, shape) => keyed.uniform(unitMask(key, unit), shape);
}

function units(spec: FixMatchSpec): Units {
  return unitsOf(model(spec).metas.params, spec.teacher.granularity);
}

/** Whether the state holds a teacher: without smoothing the teacher is the student. */
export function hasTeacher({ teacher }: FixMatchSpec): boolean {
  return teacher.kind !== 'none';
}

/** The teacher before the first step. `key` is the run's key of initial values. */
export function firstTeacher(spec: FixMatchSpec, student: Variables, key: Key): Variables {
  const buffers = copy(student.buffers);
  if (spec.teacher.firstCopy === 'whole') return { params: copy(student.params), buffers };
  return tf.tidy(() => {
    const own = model(spec).init(key.fold('teacher'));
    const step = { preserve: tf.scalar(spec.teacher.preserve.value), draw: drawsOf(key.fold('first-copy')) };
    return { params: { ...smooth('se', own.params, student.params, units(spec), step).teacher }, buffers: { ...buffers } };
  });
}

function copy(tensors: Tensors): Tensors {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, tf.clone(tensor)]));
}

/** The teacher after an update of the student, and what shows how it moved. */
export function follow(spec: FixMatchSpec): (teacher: Variables, student: Variables, at: At) => { teacher: Variables; metrics: Metrics } {
  const { kind, buffers } = spec.teacher;
  const smoothed = units(spec);
  return (teacher, student, { scalars, key }) => {
    // A spatial ensemble has no momentum of its own: its statistics move at its effective one, p.
    const complement = scalars[kind === 'se' ? 'preserveComplement' : 'momentumComplement']!;
    const step = { momentumComplement: scalars['momentumComplement']!, preserve: scalars['preserve']!, draw: drawsOf(key) };
    const { teacher: params, preserveRate } = smooth(kind, teacher.params, student.params, smoothed, step);
    const next = { params, buffers: smoothBuffers(buffers, teacher.buffers, student.buffers, complement) };
    const distance = relativeDistance(params, student.params);
    return { teacher: next, metrics: { distance, ...((kind === 'se' || kind === 'sts') && { preserveRate }) } };
  };
}

/** Momentum m and preserve probability p of a step; a kind that has none is at the neutral value. */
function sharesAt({ kind, momentum, preserve }: TeacherSpec, step: number, steps: number): { momentum: number; preserve: number } {
  return {
    momentum: kind === 'tma' || kind === 'sts' ? schedule(momentum, 'momentum')(step, steps) : 0,
    preserve: kind === 'se' || kind === 'sts' ? schedule(preserve, 'preserve probability')(step, steps) : 0,
  };
}

/** The numbers of a step that the teacher's update takes. */
export function teacherScalars({ teacher, steps }: FixMatchSpec, step: number): { [name: string]: number } {
  const { momentum, preserve } = sharesAt(teacher, step, steps);
  return { momentumComplement: 1 - momentum, preserve, preserveComplement: 1 - preserve };
}

/** Mean effective momentum over the run, and the mean age of the teacher's weights at its end. */
export function teacherEvidence(spec: FixMatchSpec): { effectiveMomentum: number; meanAge: number } | undefined {
  if (!hasTeacher(spec)) return undefined;
  let [sum, age] = [0, 0];
  for (let step = 0; step < spec.steps; step++) {
    const { momentum, preserve } = sharesAt(spec.teacher, step, spec.steps);
    const effective = effectiveMomentum(momentum, preserve);
    sum += effective;
    age = agedBy(age, effective);
  }
  return { effectiveMomentum: sum / spec.steps, meanAge: age };
}
