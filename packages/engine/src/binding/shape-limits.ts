/**
 * What a shape may be in TensorFlow 2.21 (tensorflow/core/framework/tensor_shape.h, `MaxDimensions`, and tensor_shape.cc).
 * Beyond that it does not report an error but ends the process, so that all of it is checked before TensorFlow is told.
 */
export const MOST_DIMENSIONS = 254;
const MOST_ELEMENTS = 2n ** 63n - 1n;
/** Shapes, sizes and counts that TensorFlow.js gives as tensors travel as int32. */
export const MOST_INT32 = 2 ** 31 - 1;

/**
 * @param shape sizes of the dimensions
 * @throws Error for a size that is no whole number from 0 up, for more dimensions than TensorFlow has, or more elements
 *   than 2^63 − 1. A size of 0 does not take away from these: TensorFlow multiplies one size after the other.
 */
export function checkShape(shape: readonly number[]): void {
  for (const size of shape)
    if (!Number.isSafeInteger(size) || size < 0)
      throw new Error(`a shape holds whole numbers from 0 up, got ${shapeText(shape)}`);
  if (shape.length > MOST_DIMENSIONS)
    throw new Error(
      `a tensor has at most ${MOST_DIMENSIONS} dimensions, got ${shape.length}: ${shapeText(shape)}. Merge some of them`,
    );
  if (volume(shape) > MOST_ELEMENTS)
    throw new Error(`a tensor has at most 2^63 − 1 elements, which sizes of ${shapeText(shape)} exceed`);
}

/**
 * As `checkShape`, for a shape that is given to an op as a tensor of int32: a larger size would be another one there.
 *
 * @throws Error as `checkShape` does, and for a size from 2^31 up
 */
export function checkInt32Shape(shape: readonly number[]): void {
  checkShape(shape);
  const large = shape.find((size) => size > MOST_INT32);
  if (large !== undefined)
    throw new Error(
      `a size is at most ${MOST_INT32}, got ${large} in ${shapeText(shape)}. Split it into two dimensions`,
    );
}

/** The product of all sizes but those of 0. */
export function volume(shape: readonly number[]): bigint {
  return shape.reduce((product, size) => product * BigInt(Math.max(1, size)), 1n);
}

/** `[2, 3]`; of many sizes the first ones. */
export function shapeText(shape: readonly number[]): string {
  const shown = shape.slice(0, 8).join(', ');
  return shape.length > 8 ? `[${shown}, … ${shape.length} in all]` : `[${shown}]`;
}
