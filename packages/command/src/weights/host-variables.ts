import type { Variables } from '@spatial-ensemble/training';
import type { StateDict } from '@spatial-ensemble/weights';

/** A network's variables on the host, parameters and buffers together. */
export function hostVariables({ params, buffers }: Variables): StateDict {
  return new Map(
    Object.entries({ ...params, ...buffers }).map(([name, tensor]) => [
      name,
      { data: tensor.dataSync() as Float32Array, shape: tensor.shape },
    ]),
  );
}
