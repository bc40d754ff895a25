import type { Bound } from '../bound.ts';
import type { State } from '../method.ts';
import { featureBatches, type BatchOptions, type Batches, type CachedFeatures } from './batches.ts';
import type { LookingSession } from './evaluation-batches.ts';
import { encoderOf } from './features.ts';

/** Batches of features that are computed once, if the method's input does not change from epoch to epoch. */
export async function cachedBatches(
  { name: of, trainable: { feeds } }: Bound,
  state: State,
  options: BatchOptions,
  looking: LookingSession = {},
): Promise<Batches | undefined> {
  if (feeds === undefined) return undefined;
  const { view } = feeds;
  const encoder = encoderOf<State>(`${of}.cached`, (first, images) => feeds.features(first, images));
  try {
    const cached: { [stream: string]: CachedFeatures } = {};
    for (const { name, indices } of options.streams) {
      const looked = { set: options.source, indices, view, ...looking };
      cached[name] = { indices, features: await encoder.features(state, looked) };
    }
    return featureBatches(options, cached);
  } finally {
    encoder.dispose();
  }
}
