import { UNKNOWN, type StreamSpec } from '@spatial-ensemble/datasets';
import type { RunImages } from '../data.ts';
import type { HostBatch } from '../method.ts';

/**
 * Tells a step which labels are known, where not all of a stream's are: `known`, float32 `[n]`, is 1 or 0, and an unknown
 * label is class 0, since TensorFlow refuses what is no class. Other streams, and their graphs, are as they were.
 *
 * `]!`: indices are of images, and a batch has the streams that were asked for.
 */
export function tellingKnown(
  source: RunImages,
  streams: readonly Pick<StreamSpec, 'name' | 'indices'>[],
): (batch: HostBatch) => HostBatch {
  const partly = streams
    .filter(({ indices }) => Array.from(indices).some((index) => source.labels[index] === UNKNOWN))
    .map(({ name }) => name);
  if (partly.length === 0) return (batch) => batch;
  return (batch) => ({
    ...batch,
    ...Object.fromEntries(
      partly.map((name) => {
        const { labels, ...views } = batch[name]!;
        const { data, shape } = labels!;
        const given = data as Int32Array;
        return [
          name,
          {
            ...views,
            labels: { data: given.map((label) => Math.max(label, 0)), shape },
            known: { data: Float32Array.from(given, (label) => (label === UNKNOWN ? 0 : 1)), shape },
          },
        ];
      }),
    ),
  });
}
