import * as tf from '@tensorflow/tfjs-core';
import { collective, thisWorker } from './collective-op.ts';
import { ownRows } from './own-rows.ts';

/**
 * The sum of a tensor over all processes, in each of them, bit for bit the same. In a compiled function too; in a process
 * on its own, the tensor itself.
 *
 * Differentiable: what each process derives counts in all of them, so the gradient is the sum of the gradients.
 *
 * @param x float32 or int32, of one shape in all processes
 * @throws Error for another type; where a process is gone, or does not come within the cluster's time
 */
export function allReduceSum<T extends tf.Tensor>(x: T): T {
  const sum = tf.customGrad((value) => ({
    value: collective('CollectiveReduceV2', value as tf.Tensor, (value as tf.Tensor).shape),
    gradFunc: (dy: tf.Tensor) => allReduceSum(dy),
  }));
  return sum(x) as T;
}

/** The mean of a tensor over all processes; otherwise as `allReduceSum`. @param x float32 */
export function allReduceMean<T extends tf.Tensor>(x: T): T {
  if (x.dtype !== 'float32') throw new Error(`a mean over processes is one of float32, got ${x.dtype}`);
  const { workers } = thisWorker();
  return workers === 1 ? tf.clone(x) : tf.tidy(() => tf.div(allReduceSum(x), workers) as T);
}

/**
 * The rows of all processes, in the order of their numbers: `[n, …]` in each becomes `[workers · n, …]`.
 *
 * Differentiable: a process's rows get the sum of what all processes derive by them.
 *
 * @param x float32 or int32 of rank 1 or more, of one shape in all processes
 * @throws Error as `allReduceSum`, and for a scalar
 */
export function allGather<T extends tf.Tensor>(x: T): T {
  const [rows, ...rest] = x.shape;
  if (rows === undefined) throw new Error('processes gather rows: a scalar has none, reshape it to [1]');
  const { workers } = thisWorker();
  const gathered = tf.customGrad((value) => ({
    value: collective('CollectiveGatherV2', value as tf.Tensor, [workers * rows, ...rest]),
    gradFunc: (dy: tf.Tensor) => ownRows(allReduceSum(dy)),
  }));
  return gathered(x) as T;
}

/**
 * What one process has, in all of them.
 *
 * @param x float32 or int32, of one shape in all processes
 * @param root the number of that process
 * @throws Error as `allReduceSum`, and for a root that is none
 */
export function broadcast<T extends tf.Tensor>(x: T, root = 0): T {
  const { workers } = thisWorker();
  if (!Number.isInteger(root) || root < 0 || root >= workers)
    throw new Error(`a broadcast is from one of the processes 0 to ${workers - 1}, got ${String(root)}`);
  return tf.tidy(() => {
    const all = allGather(tf.expandDims(x as tf.Tensor, 0));
    return tf.reshape(tf.slice(all, [root], [1]), x.shape) as T;
  });
}
