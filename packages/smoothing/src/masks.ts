import * as tf from '@tensorflow/tfjs-core';
import type { Unit } from './units.ts';

/** Uniform float32 in [0, 1) of a shape, always the same for the same unit in the same update. */
export type Draw = (unit: string, shape: readonly number[]) => tf.Tensor;

/** How much of the teacher an update kept. Scalars in [0, 1]. */
export interface PreserveRates {
  /** Share of the units that kept the teacher's value. */
  readonly preserveRate: tf.Scalar;
  /** Share of the single weights that kept it: units differ in size. */
  readonly preservedWeights: tf.Scalar;
}

/** What came of the draws of one update. */
export interface Masks extends PreserveRates {
  /** A variable's mask in a shape that broadcasts over it. */
  readonly of: (name: string) => tf.Tensor;
}

/** A variable: how many weights it has, and the unit that it belongs to. */
export interface Drawable {
  readonly size: number;
  readonly unit: Unit;
}

interface Drawn {
  readonly unit: Unit;
  /** Of the unit's variables: how many weights each number of the draw decides. */
  weightsEach: number;
}

/**
 * One draw for each unit, shared by its variables. A unit moves where its draw is at least `preserve`, and is kept
 * below (the official code: `np.random.rand() < perserving_rate`, tengteng95/Spatial_Ensemble@e94a54b
 * models/m2_teacher.py 39–40).
 *
 * Single numbers and vectors of all units go through the arithmetic as one vector: hundreds of operations on a few
 * numbers would take as long as those on the weights.
 *
 * @param variables by name
 * @param mask makes the mask of many units at once from 1 where one moves and 0 where it is kept
 * @throws Error when a draw has another shape than the one asked for, or another type than float32.
 */
export function drawMasks(
  variables: { readonly [name: string]: Drawable },
  preserve: tf.Tensor,
  draw: Draw,
  mask: (moves: tf.Tensor) => tf.Tensor,
): Masks {
  const drawn = new Map<string, Drawn>();
  for (const { size, unit } of Object.values(variables)) {
    const known = drawn.get(unit.unit) ?? { unit, weightsEach: 0 };
    known.weightsEach += size / count(unit);
    drawn.set(unit.unit, known);
  }
  const all = [...drawn.values()];
  const together = all.filter(({ unit }) => unit.drawShape.length <= 1);
  const apart = all.filter(({ unit }) => unit.drawShape.length > 1).map((one) => [one] as const);
  const [head, ...tail] = together;
  const groups: readonly (readonly [Drawn, ...Drawn[]])[] = head === undefined ? apart : [[head, ...tail], ...apart];

  const masks = new Map<string, tf.Tensor>();
  const movedUnits: tf.Tensor[] = [];
  const movedWeights: tf.Tensor[] = [];
  for (const group of groups) {
    const moves = tf.cast(tf.greaterEqual(joined(group.map(({ unit }) => flatDraw(draw, unit))), preserve), 'float32');
    const parts = split(mask(moves), group.map(({ unit }) => count(unit))); // prettier-ignore
    for (const [i, { unit }] of group.entries()) masks.set(unit.unit, parts[i]!); // `!`: one part a unit, split by them.
    movedUnits.push(tf.sum(moves));
    const [{ weightsEach }, ...others] = group;
    movedWeights.push(tf.sum(tf.mul(moves, others.length === 0 ? weightsEach : weights(group))));
  }
  const rate = (moved: tf.Tensor[], of: number): tf.Scalar => tf.sub(1, tf.div(joinedSum(moved), of));
  return {
    of: (name) => maskOf(name, variables[name]?.unit, masks),
    preserveRate: rate(movedUnits, sum(all.map(({ unit }) => count(unit)))),
    preservedWeights: rate(movedWeights, sum(Object.values(variables).map(({ size }) => size))),
  };
}

function flatDraw(draw: Draw, { unit, drawShape }: Unit): tf.Tensor {
  const drawn = draw(unit, drawShape);
  if (drawn.dtype !== 'float32' || drawn.shape.join() !== drawShape.join()) {
    throw new Error(
      `the draw of ${unit} must be uniform float32 in [0, 1) of shape [${drawShape.join(', ')}], got ${drawn.dtype} of shape [${drawn.shape.join(', ')}]`,
    );
  }
  return tf.reshape(drawn, [-1]);
}

/** For each number in the draws of a group, how many weights it decides: float32 `[numbers]`. */
function weights(group: readonly Drawn[]): tf.Tensor {
  const values = new Float32Array(sum(group.map(({ unit }) => count(unit))));
  let at = 0;
  for (const { unit, weightsEach } of group) values.fill(weightsEach, at, (at += count(unit)));
  return tf.tensor1d(values);
}

function count({ drawShape }: Unit): number {
  return drawShape.reduce((product, size) => product * size, 1);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function maskOf(name: string, unit: Unit | undefined, masks: ReadonlyMap<string, tf.Tensor>): tf.Tensor {
  const mask = unit && masks.get(unit.unit);
  if (unit === undefined || mask === undefined) throw new Error(`there is no mask of ${name}`);
  return tf.reshape(mask, [...unit.broadcast]);
}

function joined(parts: tf.Tensor[]): tf.Tensor {
  const [first, ...others] = parts;
  return first !== undefined && others.length === 0 ? first : tf.concat(parts);
}

function joinedSum(parts: tf.Tensor[]): tf.Tensor {
  const [first, ...others] = parts;
  return first !== undefined && others.length === 0 ? first : tf.addN(parts);
}

function split(whole: tf.Tensor, sizes: number[]): tf.Tensor[] {
  return sizes.length === 1 ? [whole] : tf.split(whole, sizes);
}
