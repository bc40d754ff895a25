import * as tf from '@tensorflow/tfjs-core';
import { collective, thisWorker } from './collective-op.ts';

/**
 * Makes sure that all processes have traced the same, before any of them runs it: collectives of two graphs would wait
 * for each other, or mix up their values.
 *
 * @param hash SHA-256 of the traced graph, in hexadecimal
 * @throws Error that names the processes whose graph is another than that of process 0
 */
export function agree(name: string, hash: string): void {
  const { workers } = thisWorker();
  const own = Int32Array.from({ length: 8 }, (_, i) => parseInt(hash.slice(8 * i, 8 * i + 8), 16) | 0);
  const all = tf.tidy(
    () => collective('CollectiveGatherV2', tf.tensor2d(own, [1, 8], 'int32'), [workers, 8]).dataSync() as Int32Array,
  );
  const others = Array.from({ length: workers }, (_, rank) => rank).filter((rank) =>
    all.subarray(8 * rank, 8 * rank + 8).some((part, i) => part !== all[i]),
  );
  if (others.length > 0)
    throw new Error(
      `${name}: process ${others.join(', ')} traced another function than process 0: start all with the same experiment, options and version of the program`,
    );
}
