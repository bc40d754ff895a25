import * as tf from '@tensorflow/tfjs-core';
import type { Tensors } from '../src/index.ts';
import { relativeError } from './fixtures.ts';

/**
 * Orders of four images. A gradient is a sum over the batch, and so are batch norm's statistics: in each order they are
 * added up in another way, all of them right, whichever kernels a processor runs.
 */
const ORDERS = [
  [0, 1, 2, 3],
  [3, 2, 1, 0],
  [1, 0, 3, 2],
  [2, 3, 0, 1],
  [1, 2, 3, 0],
  [0, 2, 1, 3],
] as const;

/** Five orders are a small sample: the reference's may lie so many times as far from the first. */
const FACTOR = 4;
/** Where the orders agree by chance: 170 unit roundoffs, less than a sum of a thousand terms may be off. */
const LEAST = 1e-5;

/** A batch's gradients in each order of its images. */
export function inLegalOrders(
  gradients: (x: tf.Tensor, labels: tf.Tensor) => Tensors,
  x: tf.Tensor,
  labels: readonly number[],
): readonly Tensors[] {
  return ORDERS.map((order) =>
    gradients(
      tf.gather(x, [...order]),
      tf.tensor1d(
        order.map((i) => labels[i]!),
        'int32',
      ),
    ),
  );
}

/** The gradients that are farther from the reference's than legal orders of summation put them apart, in words. */
export function beyondRounding([first, ...others]: readonly Tensors[], reference: Tensors): string[] {
  return Object.entries(reference).flatMap(([name, expected]) => {
    const spread = Math.max(...others.map((grads) => relativeError(grads[name]!, first![name]!)));
    const bound = Math.max(LEAST, FACTOR * spread);
    const error = relativeError(first![name]!, expected);
    return error <= bound ? [] : [`${name} is off by ${error}, orders of summation by ${spread}`];
  });
}
