import type * as tf from '@tensorflow/tfjs-core';
import { requireBackend } from '../backend/live-backend.ts';
import { bool, FLOAT } from './attributes.ts';

/** Eigenvalues and eigenvectors of a symmetric matrix. */
export interface SymmetricEigen {
  /** Ascending, float32 `[n]`. */
  readonly values: tf.Tensor1D;
  /** A column each, of length 1, float32 `[n, n]`; the sign of a column means nothing. */
  readonly vectors: tf.Tensor2D;
}

/**
 * The eigendecomposition of a symmetric matrix, by TensorFlow's `SelfAdjointEigV2`. It reads the lower triangle alone. No
 * gradient flows through it.
 *
 * @param matrix float32 `[n, n]`
 * @throws Error where it is not square, is not float32, or TensorFlow.js runs on another backend
 */
export function symmetricEigen(matrix: tf.Tensor2D): SymmetricEigen {
  const [rows, columns] = matrix.shape;
  if (matrix.rank !== 2 || rows !== columns || matrix.dtype !== 'float32')
    throw new Error(
      `symmetricEigen takes a square matrix of float32, got ${matrix.dtype} [${matrix.shape.join(', ')}]`,
    );
  const made = requireBackend().executeMultipleOutputs(
    'SelfAdjointEigV2',
    [bool('compute_v', true), FLOAT],
    [matrix],
    2,
  );
  const [values, vectors] = made as [tf.Tensor1D, tf.Tensor2D];
  return { values, vectors };
}
