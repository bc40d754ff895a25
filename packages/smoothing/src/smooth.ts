import * as tf from '@tensorflow/tfjs-core';
import { drawMasks, type Draw, type PreserveRates } from './masks.ts';
import { checkShare, scalarOf, type Share } from './share.ts';
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

/** The momentum m, the share of the OLD value, given in one of two ways. */
export interface Momentum {
  /** m on the host. */
  readonly momentum?: number;
  /** 1 − m, for steps that are fed tensors: near 1, m itself would lose digits in float32. */
  readonly momentumComplement?: Share;
}

/** The numbers of one update. A kind takes those that it needs, and ignores the others. */
export interface SmoothingStep extends Momentum {
  /** Probability that a unit keeps the teacher's value. For `se` and `sts`. */
  readonly preserve?: Share;
  /** For `se` and `sts`. */
  readonly draw?: Draw;
}

/** What an update gives; the rates are 0 for `none` and `tma`. */
export interface Smoothed extends PreserveRates {
  /** New tensors; those that are a student's as they are share its memory. */
  readonly teacher: Tensors;
}

/**
 * One update of the teacher's variables after the student's. Pure: gives new tensors, and disposes of what it needed on
 * the way.
 *
 * With M ~ Bernoulli(p) a unit (M = 1 keeps): `sts` is θ′ ← M θ′ + (1 − M)(m θ′ + (1 − m) θ), `se` the same at m = 0 and
 * `tma` at p = 0 (tengteng95/Spatial_Ensemble@e94a54b models/m2_teacher.py 38–46).
 *
 * What is kept stays as it was, bit for bit, and so does all at m = 1. What `se` replaces is a copy, bit for bit, and so
 * is what moves at a momentum that is known to be 0: one given as a number. With a 1 − m of 1 in a tensor it is a copy
 * but for rounding, at most half a unit in the last place of θ′ − θ and of the result.
 *
 * @param units which draw belongs to each variable. The student may have variables besides (a predictor's).
 * Types stay as they are: whole numbers and flags may be copied and masked, but have no average.
 *
 * @throws Error when a variable is missing on a side, has two shapes or types, or has no unit; when one that is not
 * float32 would be averaged; when a number that the kind needs is missing or outside [0, 1]; when a draw is not what was
 * asked for; when the kind is unknown.
 */
export function smooth(
  kind: SmoothingKind,
  teacher: Tensors,
  student: Tensors,
  units: Units,
  step: SmoothingStep = {},
): Smoothed {
  if (!['none', 'tma', 'se', 'sts'].includes(kind))
    throw new Error(`smoothing is none, tma, se or sts, got ${String(kind)}`);
  const pairs = pairsOf(teacher, student, units);
  const who = `smoothing by ${kind}`;
  const update = (): Smoothed => {
    if (kind === 'none') return { teacher: each(pairs, ({ now }) => tf.clone(now)), ...nothingKept() };
    const complement = kind === 'se' ? 1 : complementOf(who, step);
    if (complement !== 1) checkAverages(teacher);
    if (kind === 'tma')
      return { teacher: each(pairs, ({ old, now }) => towards(old, now, complement)), ...nothingKept() };

    const preserve = scalarOf('preserve probability', needed(who, '`preserve`', step.preserve));
    const draw = needed(who, '`draw`', step.draw);
    // The mask of a unit and 1 − m become one number, or one vector, before they meet the weights.
    const mask = (moves: tf.Tensor): tf.Tensor =>
      complement === 1 ? tf.cast(moves, 'bool') : tf.mul(complement, moves);
    const { of, ...rates } = drawMasks(
      each(pairs, ({ old: { size }, unit }) => ({ size, unit })),
      preserve,
      draw,
      mask,
    );
    return {
      teacher: each(pairs, ({ old, now }, name) =>
        complement === 1 ? tf.where(of(name), now, old) : towards(old, now, of(name)),
      ),
      ...rates,
    };
  };
  return tf.tidy(() => ({ ...update() })) as Smoothed;
}

/**
 * θ′ − c(θ′ − θ), the form that the engine's compiled steps do in place: exact at c = 0, and where the two are equal.
 *
 * At c = 1 it may round, so a 1 that is known beforehand is a copy. A form that is exact at both ends takes a fourth
 * pass over the weights, which made an update half as slow again.
 */
export function towards(teacher: tf.Tensor, student: tf.Tensor, complement: Share): tf.Tensor {
  if (complement === 1) return tf.clone(student);
  return tf.sub(teacher, tf.mul(complement, tf.sub(teacher, student)));
}

/**
 * 1 − m.
 *
 * @param who for messages: what needs it
 * @throws Error unless it is given once, and in [0, 1] where it is a number
 */
export function complementOf(who: string, { momentum, momentumComplement }: Momentum): Share {
  if (momentum !== undefined && momentumComplement !== undefined)
    throw new Error('give `momentum` or `momentumComplement`, not both');
  if (momentum === undefined) {
    const complement = needed(who, '`momentum` or `momentumComplement`', momentumComplement);
    if (typeof complement === 'number') checkShare('1 - momentum', complement);
    else scalarOf('1 - momentum', complement);
    return complement;
  }
  if (typeof momentum !== 'number')
    throw new Error(
      '`momentum` is a number; a tensor is given as `momentumComplement`, 1 - momentum computed in float64',
    );
  checkShare('momentum', momentum);
  return 1 - momentum;
}

function needed<T>(who: string, name: string, value: T | undefined): T {
  if (value === undefined) throw new Error(`${who} needs ${name}`);
  return value;
}

/** A variable on both sides, and the unit that it belongs to. */
interface Pair {
  readonly old: tf.Tensor;
  readonly now: tf.Tensor;
  readonly unit: Unit;
}

function pairsOf(teacher: Tensors, student: Tensors, units: Units): { readonly [name: string]: Pair } {
  const pairs = each(units, (unit, name): Pair => {
    const [old, now] = [teacher[name], student[name]];
    if (old === undefined || now === undefined)
      throw new Error(`${name} is missing in the ${old === undefined ? 'teacher' : 'student'}`);
    if (old.shape.join() !== now.shape.join())
      throw new Error(
        `${name} has shape [${old.shape.join(', ')}] in the teacher and [${now.shape.join(', ')}] in the student`,
      );
    if (old.dtype !== now.dtype)
      throw new Error(`${name} is ${old.dtype} in the teacher and ${now.dtype} in the student`);
    return { old, now, unit };
  });
  const stray = Object.keys(teacher).find((name) => units[name] === undefined);
  if (stray !== undefined)
    throw new Error(`${stray} is in the teacher, but belongs to no unit: give its meaning to \`unitsOf\``);
  return pairs;
}

function checkAverages(tensors: Tensors): void {
  const [whole] = Object.entries(tensors).filter(([, { dtype }]) => dtype !== 'float32');
  if (whole === undefined) return;
  throw new Error(
    `${whole[0]} is ${whole[1].dtype}, which has no moving average in its type: cast it to float32, or keep it among the buffers, where it is copied`,
  );
}

function nothingKept(): PreserveRates {
  return { preserveRate: tf.scalar(0), preservedWeights: tf.scalar(0) };
}

function each<In, T>(
  named: { readonly [name: string]: In },
  make: (value: In, name: string) => T,
): { [name: string]: T } {
  return Object.fromEntries(Object.entries(named).map(([name, value]) => [name, make(value, name)]));
}
