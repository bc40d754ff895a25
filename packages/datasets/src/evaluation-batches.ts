import type { HostImages, HostLabels } from './host-tensor.ts';
import type { ImageSet } from './image-set.ts';

/** Images as they are, for an evaluation. */
export interface EvaluationBatch {
  readonly images: HostImages;
  readonly labels: HostLabels;
}

/**
 * The images of a set, in order and without augmentation, in batches of `size`; the last one holds what is left.
 * Accuracy is to be counted over all images, not averaged over batches.
 *
 * @param indices which images; all of them by default
 * @throws RangeError if `size` is not a whole number from 1, or an index is not one of the set's
 */
export function* batchesOf(
  set: ImageSet,
  size: number,
  indices?: ArrayLike<number>,
): Generator<EvaluationBatch, void, undefined> {
  if (!Number.isInteger(size) || size < 1)
    throw new RangeError(`a batch has a whole number of images, at least 1, got ${size}`);
  const { height, width, channels } = set;
  const bytes = height * width * channels;
  const count = indices?.length ?? set.count;
  for (let from = 0; from < count; from += size) {
    const n = Math.min(size, count - from);
    const images = new Uint8Array(n * bytes);
    const labels = new Int32Array(n);
    for (let i = 0; i < n; i++) {
      const index = indices ? indices[from + i]! : from + i;
      if (!Number.isInteger(index) || index < 0 || index >= set.count)
        throw new RangeError(`index ${index} is not one of the ${set.count} images of ${set.title}`);
      images.set(set.images.subarray(index * bytes, (index + 1) * bytes), i * bytes);
      labels[i] = set.labels[index]!;
    }
    yield { images: { data: images, shape: [n, height, width, channels] }, labels: { data: labels, shape: [n] } };
  }
}
