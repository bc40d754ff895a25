import { Key } from '@spatial-ensemble/random';
import { corrupt } from './corrupt.ts';
import type { Shape, Strength } from './corruption.ts';
import type { CorruptionName } from './names.ts';

/** Images of one size that are corrupted alike: plain data, as it is posted to a thread. */
export interface Corrupted extends Strength {
  readonly kind: CorruptionName;
  /** uint8, one image after the other. */
  readonly data: Uint8Array;
  readonly shape: Shape;
  /** The images' indices in their data set. */
  readonly indices: Int32Array;
  /** The words of the key from which each image's own is folded, by its index. */
  readonly key: readonly [lo: number, hi: number];
}

/** Each image corrupted by what its own key draws, so that neighbours and threads decide nothing. */
export function corruptAll({ data, shape, indices, key: [lo, hi], ...how }: Corrupted): Uint8Array {
  const key = new Key(lo, hi);
  const size = shape.height * shape.width * shape.channels;
  const out = new Uint8Array(data.length);
  indices.forEach((index, i) => {
    out.set(corrupt(data.subarray(i * size, (i + 1) * size), shape, { ...how, key: key.fold(index) }), i * size);
  });
  return out;
}
