import * as tf from '@tensorflow/tfjs-core';
import type { KernelBackend } from '../backend/backend.ts';
import { liveBackend } from '../backend/live-backend.ts';
import { DataType } from '../binding/dtypes.ts';
import { Recorder } from '../compile/recorder.ts';
import { thisWorker } from './collective-op.ts';

/**
 * This process's part of rows that all have: of as many equal parts as there are processes, the one of its number. In a
 * compiled function too, whose graph is the same in all processes but for this number, which is no difference between them.
 *
 * @param x `[rows, …]`
 * @throws Error where the rows cannot be shared equally
 */
export function ownRows<T extends tf.Tensor>(x: T): T {
  const { rank, workers } = thisWorker();
  const [rows = 0, ...row] = x.shape;
  if (workers === 1) return tf.clone(x);
  if (rows % workers !== 0) throw new Error(`${rows} rows cannot be shared equally by ${workers} processes`);
  const share = [rows / workers, ...row];
  return tf.tidy(() => tf.reshape(tf.gather(tf.reshape(x, [workers, ...share]), ownNumber(rank)), share) as T);
}

/** int32 `[1]` */
function ownNumber(rank: number): tf.Tensor1D {
  const backend: KernelBackend | undefined = liveBackend();
  const recorder = backend?.binding.recording;
  if (backend === undefined || !(recorder instanceof Recorder)) return tf.tensor1d([rank], 'int32');
  const id = recorder.insert(recorder.graph.ownConstant([1], DataType.int32, Int32Array.of(rank)));
  return backend.createOutputTensor({ id, shape: [1], dtype: DataType.int32 }) as tf.Tensor1D;
}
