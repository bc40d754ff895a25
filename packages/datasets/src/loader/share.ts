import type { StreamSpec } from '../stream.ts';

/** Which part of every batch a process makes: of `workers` equal ones the `rank`-th, counted from 0. */
export interface Share {
  readonly rank: number;
  readonly workers: number;
}

/** All of it. */
export const WHOLE: Share = { rank: 0, workers: 1 };

/**
 * Streams with the images of a batch that one process makes.
 *
 * @throws Error that names the stream, where its batch cannot be shared equally
 */
export function shared(streams: readonly StreamSpec[], { rank, workers }: Share): readonly StreamSpec[] {
  if (!Number.isInteger(workers) || workers < 1 || !Number.isInteger(rank) || rank < 0 || rank >= workers)
    throw new Error(`a share is one of \`workers\` parts, counted from 0, got ${rank} of ${workers}`);
  return streams.map((stream) => {
    const { name, batch } = stream;
    if (batch % workers !== 0)
      throw new Error(
        `stream ${JSON.stringify(name)}: a batch of ${batch} images cannot be shared equally by ${workers} processes: take ${divisors(batch)} of them`,
      );
    return { ...stream, batch: batch / workers };
  });
}

/**
 * Where in a stream an image of a share lies.
 *
 * @param batch images of the share
 * @param place in the share, from 0
 */
export function positionOf({ rank, workers }: Share, batch: number, step: number, place: number): number {
  return (step * workers + rank) * batch + place;
}

/** As in `1, 2, 4 or 8`. */
function divisors(n: number): string {
  const all = Array.from({ length: n }, (_, i) => i + 1).filter((d) => n % d === 0);
  return all.length === 1 ? '1' : `${all.slice(0, -1).join(', ')} or ${all.at(-1)}`;
}
