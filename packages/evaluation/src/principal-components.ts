import { type HostTensor, symmetricEigen } from '@spatial-ensemble/engine';
import { mapRows, type SharedRows } from '@spatial-ensemble/training';
import * as tf from '@tensorflow/tfjs-core';

/** Directions in which rows of numbers vary most. */
export interface PrincipalComponents {
  /** Mean of the rows that they were fitted to, float32 `[d]`. */
  readonly mean: Float32Array;
  /** A direction a column, of length 1, that of most variance first, float32 `[d, count]`. */
  readonly axes: HostTensor;
}

/** Rows that are looked at in one go. */
const BLOCK = 4096;

/**
 * Principal component analysis (Pearson, 1901): the leading eigenvectors of the covariance of rows. Nothing is whitened.
 *
 * @param rows float32 `[n, d]`, n at least 2
 * @param count from 1 to d
 * @throws RangeError where `count` is no such number, or there are fewer than two rows
 */
export async function fitComponents(rows: SharedRows, count: number): Promise<PrincipalComponents> {
  const [n, width] = rows.shape;
  if (!Number.isInteger(count) || count < 1 || count > width)
    throw new RangeError(`there are 1 to ${width} principal components of ${width} numbers, got ${count}`);
  if (n < 2) throw new RangeError(`principal components need two rows or more, got ${n}`);
  const mean = await meanOf(rows);
  const scatter = await scatterOf(rows, mean);
  const axes = tf.tidy(() => {
    const { vectors } = symmetricEigen(scatter);
    // Eigenvalues ascend.
    return tf.reverse(tf.slice(vectors, [0, width - count], [width, count]), 1).dataSync() as Float32Array;
  });
  scatter.dispose();
  return { mean, axes: { data: axes, shape: [width, count] } };
}

/** Coordinates of rows along the components, float32 `[n, count]`. @param rows float32 `[n, d]` */
export async function alongComponents(rows: SharedRows, { mean, axes }: PrincipalComponents): Promise<SharedRows> {
  const [, count] = axes.shape as [number, number];
  const directions = tf.tensor2d(axes.data as Float32Array, axes.shape as [number, number]);
  try {
    return await mapRows(
      rows,
      BLOCK,
      count,
      (block) => tf.tidy(() => tf.matMul(centred(block, mean), directions).dataSync()) as Float32Array,
    );
  } finally {
    directions.dispose();
  }
}

/** Blocks of rows, in order. */
async function* blocksOf({ shape: [n], rows }: SharedRows): AsyncGenerator<HostTensor> {
  for (let from = 0; from < n; from += BLOCK) yield await rows(from, Math.min(n, from + BLOCK));
}

/** Of each column, summed in double precision. `!`: the loops run over the numbers that there are. */
async function meanOf(rows: SharedRows): Promise<Float32Array> {
  const [n, width] = rows.shape;
  const sums = new Float64Array(width);
  for await (const { data, shape } of blocksOf(rows))
    for (let i = 0, at = 0; i < shape[0]!; i++) for (let j = 0; j < width; j++) sums[j]! += data[at++]!;
  return Float32Array.from(sums, (sum) => sum / n);
}

/** Sum over the rows of the products of their deviations, `[d, d]`: n − 1 times the covariance, whose eigenvectors it has. */
async function scatterOf(rows: SharedRows, mean: Float32Array): Promise<tf.Tensor2D> {
  let sum = tf.zeros([mean.length, mean.length]) as tf.Tensor2D;
  for await (const rowsOfBlock of blocksOf(rows)) {
    const before = sum;
    sum = tf.tidy(() => {
      const block = centred(rowsOfBlock, mean);
      return tf.add(before, tf.matMul(block, block, true, false));
    });
    before.dispose();
  }
  return sum;
}

/** A block of rows without their mean. */
function centred({ data, shape }: HostTensor, mean: Float32Array): tf.Tensor2D {
  return tf.sub(tf.tensor2d(data as Float32Array, shape as [number, number]), mean);
}
