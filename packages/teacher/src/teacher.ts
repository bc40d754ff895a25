import { keyed } from '@spatial-ensemble/engine';
import { relativeDistance, type Metas, type Tensors, type Variables } from '@spatial-ensemble/nn';
import { unitMask, type Key } from '@spatial-ensemble/random';
import {
  agedBy,
  effectiveMomentum,
  firstCopy,
  schedule,
  smooth,
  smoothBuffers,
  unitsOf,
} from '@spatial-ensemble/smoothing';
import type { Draw, ScheduleSpec, Units } from '@spatial-ensemble/smoothing';
import * as tf from '@tensorflow/tfjs-core';
import type { Follower, TeacherSpec } from './spec.ts';

/** The uniform draws of one update, by unit. `key` is that of the update, on the host or traced. */
export function drawsOf(key: Key): Draw {
  return (unit, shape) => keyed.uniform(unitMask(key, unit), shape);
}

/** The units of a teacher's parameters; without masks they are the tensors. */
export function teacherUnits(teacher: TeacherSpec, params: Metas): Units {
  return unitsOf(params, 'granularity' in teacher ? teacher.granularity : 'tensor');
}

/**
 * The teacher before the first step.
 *
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

/** The teacher after an update, and what there is to say of it. */
export interface Followed {
  readonly teacher: Variables;
  /** `preserveRate`, `effectiveMomentum`, and `distance`, ‖teacher − student‖ ÷ ‖student‖ over its parameters. */
  readonly metrics: { readonly [name: string]: tf.Scalar };
}

/**
 * One update of the teacher. Pure.
 *
 * @param student its variables; what the teacher does not have (a predictor) is left alone.
 * @param scalars those of `teacherScalars`.
 * @param key that of the update's masks, on the host or traced.
 */
export function follow(
  spec: Follower,
  teacher: Variables,
  student: Variables,
  units: Units,
  scalars: { readonly [name: string]: tf.Scalar },
  key: Key,
): Followed {
  const numbers = { ...scalars, draw: drawsOf(key) };
  const { teacher: params, preserveRate } = smooth(spec.kind, teacher.params, student.params, units, numbers);
  const buffers = smoothBuffers(spec.buffers, teacher.buffers, student.buffers, scalars['momentumComplement']);
  const distance = relativeDistance(params, partOf(student.params, params));
  return {
    teacher: { params, buffers },
    metrics: { preserveRate, effectiveMomentum: scalars['effectiveMomentum']!, distance },
  };
}

/** The variables of a teacher among those of its student. */
export function partOf(tensors: Tensors, names: object): Tensors {
  return Object.fromEntries(Object.keys(names).map((name) => [name, tensors[name]!]));
}

function cloned(tensors: Tensors): Tensors {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, tf.clone(tensor)]));
}

/** Momentum m, preserve probability p and 1 − (1 − p)(1 − m) at a step; a kind that has none has 0. */
interface Shares {
  readonly momentum: number;
  readonly preserve: number;
  readonly effectiveMomentum: number;
}

function sharesOf(teacher: TeacherSpec, steps: number): (step: number) => Shares {
  const zero: ScheduleSpec = { kind: 'constant', value: 0 };
  const m = schedule('momentum' in teacher ? teacher.momentum : zero, 'momentum');
  const p = schedule('preserve' in teacher ? teacher.preserve : zero, 'preserve probability');
  return (step) => {
    const [momentum, preserve] = [m(step, steps), p(step, steps)];
    return { momentum, preserve, effectiveMomentum: effectiveMomentum(momentum, preserve) };
  };
}

/** The numbers of a step that the teacher's update takes, by the names that `step.ts` knows. */
export function teacherScalars(teacher: TeacherSpec, step: number, steps: number): { readonly [name: string]: number } {
  const { momentum, preserve, effectiveMomentum } = sharesOf(teacher, steps)(step);
  return { momentumComplement: 1 - momentum, preserve, effectiveMomentum };
}

/** Mean effective momentum over a run, and the mean age of the teacher's weights at its end, in steps. */
export function teacherEvidence(
  teacher: TeacherSpec,
  steps: number,
): { readonly effectiveMomentum: number; readonly meanAge: number } | undefined {
  if (teacher.kind === 'none') return undefined;
  const shares = sharesOf(teacher, steps);
  let [sum, meanAge] = [0, 0];
  for (let step = 0; step < steps; step++) {
    const { effectiveMomentum } = shares(step);
    sum += effectiveMomentum;
    meanAge = agedBy(meanAge, effectiveMomentum);
  }
  return { effectiveMomentum: sum / steps, meanAge };
}
