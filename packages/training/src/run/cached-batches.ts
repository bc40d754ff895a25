import type { Method, State } from '../method.ts';
import { featureBatches, type BatchOptions, type Batches, type CachedFeatures } from './batches.ts';
import { encoderOf } from './features.ts';

/** Batches of features that are computed once, if the method's input does not change from epoch to epoch. */
export async function cachedBatches<Spec>(
  method: Method<Spec>,
  spec: Spec,
  state: State,
  options: BatchOptions,
): Promise<Batches | undefined> {
  const encode = method.cached?.(spec);
  if (encode === undefined) return undefined;
  const encoder = encoderOf(`${method.name}.cached`, encode);
  try {
    const cached: { [stream: string]: CachedFeatures } = {};
    for (const { name, indices } of options.streams) {
      const { source, workers, onLook } = options;
      const view = method.evaluationView?.(spec) ?? [];
      const looked = { set: source, indices, view, workers, ...(onLook && { onLook }) };
      cached[name] = { indices, features: await encoder.features(state, looked) };
    }
    return featureBatches(options, cached);
  } finally {
    encoder.dispose();
  }
}
