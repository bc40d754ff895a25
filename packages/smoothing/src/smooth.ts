import * as tf from '@tensorflow/tfjs-core';
import type { Unit, Units } from './units.ts';

/** Tensors by variable name. */
export type Tensors = { readonly [name: string]: tf.Tensor };

/**
 * How the teacher follows the student.
 * `none`: the teacher is the student.
 * `tma`: temporal moving average, θ′ ← m θ′ + (1 − m) θ.
 * `se`: spatial ensemble; a unit is kept with probability p, else replaced by the student's.
 * `sts`: spatial-temporal smoothing; a unit is kept with probability p, else takes a moving-average step.
 */
export type SmoothingKind = 'none' | 'tma' | 'se' | 'sts';

/** Uniform float32 in [0, 1) of a shape, the same for the same unit in the same update. */
export type Draw = (unit: string, shape: readonly number[]) => tf.Tensor;

/** The numbers of one update, as scalar tensors, so that a schedule never traces again. */
export interface SmoothingStep {
  /** 1 − m, where m is the share of the OLD value: near 1, m itself would lose digits in float32. For `tma` and `sts`. */
  readonly momentumComplement?: tf.Tensor;
  /** Probability that a unit keeps the teacher's value. For `se` and `sts`. */
  readonly preserve?: tf.Tensor;
  /** For `se` and `sts`. */
  readonly draw?: Draw;
}

/** What an update gives. */
export interface Smoothed {
  readonly teacher: Tensors;
  /** Share of the draws that kept the teacher's value: a scalar; 0 for `none` and `tma`. */
  readonly preserveRate: tf.Scalar;
}

interface Mask {
  /** 1 where the unit moves, 0 where it is kept. */
  readonly moves: tf.Tensor;
  readonly unit: Unit;
}

function needed<T>(kind: SmoothingKind, name: string, value: T | undefined): T {
  if (value === undefined) throw new Error(`smoothing by ${kind} needs \`${name}\``);
  return value;
}

/**
 * One update of the teacher's variables after the student's. Pure: gives new tensors.
 *
 * With M ~ Bernoulli(p) a unit (M = 1 keeps): `sts` is θ′ ← M θ′ + (1 − M)(m θ′ + (1 − m) θ), `se` the same at m = 0 and
 * `tma` at p = 0 (REPO tengteng95/Spatial_Ensemble@e94a54b models/m2_teacher.py 38–46). A kept unit and a replaced unit are
 * exact copies, bit for bit.
 *
 * @param units which draw belongs to each variable; the variables that are smoothed are those named here.
 * @throws Error when a variable is missing on a side, or a number that the kind needs is.
 */
export function smooth(kind: SmoothingKind, teacher: Tensors, student: Tensors, units: Units, step: SmoothingStep): Smoothed {
  for (const name of Object.keys(units)) {
    const [old, now] = [teacher[name], student[name]];
    if (old === undefined || now === undefined) throw new Error(`${name} is missing in the ${old === undefined ? 'teacher' : 'student'}`);
    if (old.shape.join() !== now.shape.join()) throw new Error(`${name} has shape [${old.shape.join(', ')}] in the teacher and [${now.shape.join(', ')}] in the student`);
  }
  if (kind === 'none') return { teacher: select(student, units), preserveRate: tf.scalar(0) };
  if (kind === 'tma') {
    const complement = needed(kind, 'momentumComplement', step.momentumComplement);
    return { teacher: map(units, (name) => towards(teacher[name]!, student[name]!, complement)), preserveRate: tf.scalar(0) };
  }
  const masks = drawMasks(units, needed(kind, 'preserve', step.preserve), needed(kind, 'draw', step.draw));
  const preserveRate = rateOf(masks);
  if (kind === 'se') return { teacher: map(units, (name) => replace(teacher[name]!, student[name]!, masks[name]!)), preserveRate };
  const complement = needed(kind, 'momentumComplement', step.momentumComplement);
  return {
    // One number a unit is multiplied into the complement first, so that the large tensors are passed over once.
    teacher: map(units, (name) => towards(teacher[name]!, student[name]!, tf.mul(complement, spread(masks[name]!)))),
    preserveRate,
  };
}

/** θ′ − c(θ′ − θ): exact at c = 0, and in the form that a compiled step does in place. */
function towards(teacher: tf.Tensor, student: tf.Tensor, share: tf.Tensor): tf.Tensor {
  return tf.sub(teacher, tf.mul(share, tf.sub(teacher, student)));
}

/** The student's value where the unit moves, the teacher's elsewhere. A sum would round; a choice does not. */
function replace(teacher: tf.Tensor, student: tf.Tensor, mask: Mask): tf.Tensor {
  return tf.where(tf.broadcastTo(tf.greater(spread(mask), 0.5), teacher.shape), student, teacher);
}

function spread({ moves, unit }: Mask): tf.Tensor {
  return tf.reshape(moves, [...unit.broadcast]);
}

/** One draw for each unit, shared by its variables. */
function drawMasks(units: Units, preserve: tf.Tensor, draw: Draw): { [name: string]: Mask } {
  const drawn = new Map<string, tf.Tensor>();
  return map(units, (name) => {
    const unit = units[name]!;
    const known = drawn.get(unit.unit);
    const moves = known ?? tf.cast(tf.greaterEqual(draw(unit.unit, unit.drawShape), preserve), 'float32');
    drawn.set(unit.unit, moves);
    return { moves, unit };
  });
}

function rateOf(masks: { readonly [name: string]: Mask }): tf.Scalar {
  const unique = [...new Map(Object.values(masks).map(({ moves, unit }) => [unit.unit, moves])).values()];
  const count = unique.reduce((sum, { size }) => sum + size, 0);
  const moved = unique.map((moves) => tf.sum(moves));
  return tf.sub(1, tf.div(moved.length === 1 ? moved[0]! : tf.addN(moved), count)) as tf.Scalar;
}

function select(tensors: Tensors, units: Units): Tensors {
  return map(units, (name) => tensors[name]!);
}

function map<T>(units: Units, make: (name: string) => T): { [name: string]: T } {
  return Object.fromEntries(Object.keys(units).map((name) => [name, make(name)]));
}
