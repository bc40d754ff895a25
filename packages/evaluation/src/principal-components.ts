import { type HostTensor, symmetricEigen } from '@spatial-ensemble/engine';
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
export function fitComponents(rows: HostTensor, count: number): PrincipalComponents {
  const [n, width] = sizeOf(rows);
  if (!Number.isInteger(count) || count < 1 || count > width)
    throw new RangeError(`there are 1 to ${width} principal components of ${width} numbers, got ${count}`);
  if (n < 2) throw new RangeError(`principal components need two rows or more, got ${n}`);
  const mean = meanOf(rows);
  const axes = tf.tidy(() => {
    const { vectors } = symmetricEigen(scatterOf(rows, mean));
    // Eigenvalues ascend.
    return tf.reverse(tf.slice(vectors, [0, width - count], [width, count]), 1).dataSync() as Float32Array;
  });
  return { mean, axes: { data: axes, shape: [width, count] } };
}

/** Coordinates of rows along the components, float32 `[n, count]`. @param rows float32 `[n, d]` */
export function alongComponents(rows: HostTensor, { mean, axes }: PrincipalComponents): HostTensor {
  const [n] = sizeOf(rows);
  const [width, count] = sizeOf(axes);
  const data = new Float32Array(n * count);
  tf.tidy(() => {
    const directions = tf.tensor2d(axes.data as Float32Array, [width, count]);
    for (let from = 0; from < n; from += BLOCK)
      data.set(
        tf.tidy(() => tf.matMul(centred(rows, mean, from), directions).dataSync()),
        from * count,
      );
  });
  return { data, shape: [n, count] };
}

/** Of each column, summed in double precision. `!`: the loops run over the numbers that there are. */
function meanOf(rows: HostTensor): Float32Array {
  const [n, width] = sizeOf(rows);
  const sums = new Float64Array(width);
  for (let i = 0, at = 0; i < n; i++) for (let j = 0; j < width; j++) sums[j]! += rows.data[at++]!;
  return Float32Array.from(sums, (sum) => sum / n);
}

/** Sum over the rows of the products of their deviations, `[d, d]`: n − 1 times the covariance, whose eigenvectors it has. */
function scatterOf(rows: HostTensor, mean: Float32Array): tf.Tensor2D {
  const [n, width] = sizeOf(rows);
  let sum = tf.zeros([width, width]) as tf.Tensor2D;
  for (let from = 0; from < n; from += BLOCK) {
    const before = sum;
    sum = tf.tidy(() => {
      const block = centred(rows, mean, from);
      return tf.add(before, tf.matMul(block, block, true, false));
    });
    before.dispose();
  }
  return sum;
}

/** A block of rows without their mean. */
function centred(rows: HostTensor, mean: Float32Array, from: number): tf.Tensor2D {
  const [n, width] = sizeOf(rows);
  const to = Math.min(n, from + BLOCK);
  const block = (rows.data as Float32Array).subarray(from * width, to * width);
  return tf.sub(tf.tensor2d(block, [to - from, width]), mean);
}

function sizeOf({ shape }: HostTensor): [number, number] {
  return shape as [number, number];
}
