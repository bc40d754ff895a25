import { inverse, Matrix, QrDecomposition } from 'ml-matrix';

import { fAbove, studentQuantile } from './distributions.ts';
import type { Interval } from './paired-t.ts';

/** A value of one block at one level. */
export interface Observation {
  /** What the levels share: a seed. */
  readonly block: number;
  readonly level: string;
  readonly value: number;
}

/** The least squares of value ~ block + level, both as categories: nothing is assumed of the order of levels. */
export interface BlockedModel {
  readonly observations: readonly Observation[];
  /** In the order in which they come. */
  readonly levels: readonly string[];
  /** Sum of the squared residuals. */
  readonly residual: number;
  /** Their degrees of freedom, at least 1. */
  readonly df: number;
  /** How far each level lies above the first, by `levels`; the first is 0. */
  readonly effects: readonly number[];
  /** Of the effects, in units of the residual variance; row and column of the first are 0. */
  readonly covariance: readonly (readonly number[])[];
}

/** An F-test. */
export interface FTest {
  /** From 0; infinite where nothing is left over. */
  readonly f: number;
  /** Degrees of freedom of what is tested, and of the residuals. */
  readonly df: readonly [tested: number, residual: number];
  /** In [0, 1]. */
  readonly p: number;
}

/** How far one level lies above another, with its interval by the model's residuals. */
export interface Estimate {
  readonly value: number;
  readonly interval: Interval;
}

/**
 * The model of observations, by Householder's QR. Null where they leave nothing over to tell chance by, or where a level
 * has no block in common with the others, however many steps away.
 */
export function blockedModel(observations: readonly Observation[]): BlockedModel | null {
  const { levels, blocks } = categories(observations);
  const df = observations.length - (blocks.length + levels.length - 1);
  if (levels.length < 2 || df < 1 || !isConnected(observations)) return null;
  const { qr, coefficients, residual } = leastSquares(observations);
  const root = inverse(qr.upperTriangularMatrix);
  const covariance = root.mmul(root.transpose());
  const column = (place: number): number => blocks.length + place - 1;
  return {
    observations,
    levels,
    residual,
    df,
    effects: levels.map((_, i) => (i === 0 ? 0 : coefficients.get(column(i), 0))),
    covariance: levels.map((_, i) =>
      levels.map((_other, j) => (i === 0 || j === 0 ? 0 : covariance.get(column(i), column(j)))),
    ),
  };
}

/** A column for each block, and one for each level but the first. */
function leastSquares(observations: readonly Observation[]) {
  const { levels, blocks } = categories(observations);
  const indicators = (all: readonly unknown[], one: unknown): number[] => all.map((other) => (other === one ? 1 : 0));
  const design = new Matrix(
    observations.map(({ block, level }) => [...indicators(blocks, block), ...indicators(levels.slice(1), level)]),
  );
  const values = Matrix.columnVector(observations.map(({ value }) => value));
  const qr = new QrDecomposition(design);
  const coefficients = qr.solve(values);
  const residual = Matrix.sub(values, design.mmul(coefficients)).norm() ** 2;
  // Of values that the model meets, what was rounded is left.
  return { qr, coefficients, residual: residual <= 1e-24 * values.norm() ** 2 ? 0 : residual };
}

function categories(observations: readonly Observation[]) {
  return {
    levels: [...new Set(observations.map(({ level }) => level))],
    blocks: [...new Set(observations.map(({ block }) => block))],
  };
}

/**
 * The interval of a difference of two levels by Student's t with the model's degrees of freedom.
 *
 * @param confidence in (0, 1)
 * @throws Error for a level that the model does not have
 */
export function levelDifference(model: BlockedModel, level: string, over: string, confidence = 0.95): Estimate {
  const [i, j] = [placeOf(model, level), placeOf(model, over)];
  const covariance = (a: number, b: number): number => model.covariance[a]?.[b] ?? NaN;
  const variance = (model.residual / model.df) * (covariance(i, i) + covariance(j, j) - 2 * covariance(i, j));
  const value = (model.effects[i] ?? NaN) - (model.effects[j] ?? NaN);
  const half = studentQuantile(model.df, (1 + confidence) / 2) * Math.sqrt(Math.max(0, variance));
  return { value, interval: [value - half, value + half] };
}

/**
 * Whether these levels are all alike, the others being as they are: F of what the residuals grow by where one level
 * stands for all of them.
 *
 * @param levels two or more of the model's
 * @throws Error for a level that the model does not have
 */
export function levelsAlike(model: BlockedModel, levels: readonly string[]): FTest {
  for (const level of levels) placeOf(model, level);
  const [first] = levels;
  const merged = model.observations.map((one) => (levels.includes(one.level) ? { ...one, level: first! } : one));
  const tested = levels.length - 1;
  const grown = (leastSquares(merged).residual - model.residual) / tested;
  const left = model.residual / model.df;
  const f = grown <= 0 ? 0 : grown / left;
  return { f, df: [tested, model.df], p: fAbove(tested, model.df, f) };
}

function placeOf({ levels }: BlockedModel, level: string): number {
  const place = levels.indexOf(level);
  if (place < 0) throw new Error(`the model has no level '${level}'; there are ${levels.join(', ')}`);
  return place;
}

/** Whether every level is reached from the first by blocks that hold two levels. */
function isConnected(observations: readonly Observation[]): boolean {
  const [first] = observations;
  if (first === undefined) return false;
  const reached = { blocks: new Set([first.block]), levels: new Set([first.level]) };
  for (let before = 0; before < reached.blocks.size + reached.levels.size;) {
    before = reached.blocks.size + reached.levels.size;
    for (const { block, level } of observations)
      if (reached.blocks.has(block) || reached.levels.has(level)) {
        reached.blocks.add(block);
        reached.levels.add(level);
      }
  }
  return observations.every(({ block }) => reached.blocks.has(block));
}
