import { openLoader, positionOf, shared, way, WHOLE, type Share, type StreamSpec } from '@spatial-ensemble/datasets';
import type { HostTensor } from '@spatial-ensemble/engine';
import type { Key } from '@spatial-ensemble/random';
import type { RunImages } from '../data.ts';
import type { HostBatch } from '../method.ts';
import { tellingKnown } from './known-labels.ts';

/** The batches of a run, from some step on. */
export interface Batches {
  /** The next step's batch; its arrays are the caller's until the next call. */
  next(): Promise<HostBatch>;
  close(): Promise<void>;
}

/** Where batches come from, and which. */
export interface BatchOptions {
  readonly source: RunImages;
  readonly streams: readonly StreamSpec[];
  /** The part of every batch that is given, where several processes share it; default: all of it. */
  readonly share?: Share;
  readonly key: Key;
  readonly startStep: number;
  readonly steps: number;
  readonly workers: number;
}

/** Batches of augmented images. */
export function imageBatches(options: BatchOptions): Batches {
  const loader = openLoader(options);
  const told = tellingKnown(options.source, options.streams);
  return {
    async next() {
      const next = await loader.next();
      if (next.done === true) throw new Error('the loader ended before the run');
      return told(next.value.streams as unknown as HostBatch);
    },
    close: () => loader.close(),
  };
}

/** Of a run that takes no step. */
export const NO_BATCHES: Batches = {
  next: () => Promise.reject(new Error('a method without streams takes no step')),
  close: async () => {},
};

/** Features of the images of a source that take part in a stream. */
export interface CachedFeatures {
  /** float32 `[n, f]` */
  readonly features: HostTensor;
  /** The images' indices in the source, in the order of the rows. */
  readonly indices: ArrayLike<number>;
}

/**
 * Batches of features in the order in which a loader would give the images, and their labels.
 *
 * `!`: features were made of all images that take part in the stream.
 */
export function featureBatches(
  { source, streams, share = WHOLE, key, startStep }: Omit<BatchOptions, 'workers'>,
  cached: { readonly [stream: string]: CachedFeatures },
): Batches {
  const readers = shared(streams, share).map((stream) => {
    const known = cached[stream.name];
    if (known === undefined) throw new Error(`there are no features of the images of the stream ${stream.name}`);
    const rows = new Map(Array.from(known.indices, (index, row) => [index, row]));
    const [, width] = known.features.shape as readonly [number, number];
    return { stream, at: way(key, stream), rows, data: known.features.data as Float32Array, width };
  });
  let step = startStep;
  return {
    async next() {
      const batch = Object.fromEntries(
        readers.map(({ stream, at, rows, data: all, width }) => {
          const data = new Float32Array(stream.batch * width);
          const labels = new Int32Array(stream.batch);
          for (let i = 0; i < stream.batch; i++) {
            const { index } = at(positionOf(share, stream.batch, step, i));
            const from = rows.get(index)! * width;
            data.set(all.subarray(from, from + width), i * width);
            labels[i] = source.labels[index]!;
          }
          return [
            stream.name,
            { features: { data, shape: [stream.batch, width] }, labels: { data: labels, shape: [stream.batch] } },
          ];
        }),
      );
      step += 1;
      return batch;
    },
    close: async () => {},
  };
}
