import { createHash } from 'node:crypto';
import { checkParts } from './check-parts.ts';
import type { ImageSet } from './image-source.ts';
import type { Manifest } from './manifest.ts';

/** What an `ImageSet` is made of, before it is checked and hashed. */
export interface Images {
  readonly name: string;
  readonly title: string;
  readonly split: Manifest['split'];
  /** See `Manifest`. Default false. */
  readonly verified?: boolean;
  /** See `ImageSet`. Default false. */
  readonly officialOrder?: boolean;
  /** See `ImageSet`. */
  readonly folds?: ImageSet['folds'];
  /** See `ImageSet`. */
  readonly heldOut?: ImageSet['heldOut'];
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
  readonly classes: readonly string[];
  /** `[count, height, width, channels]`, uint8. */
  readonly images: Uint8Array;
  /** `[count]`; of training images -1 where none is known. */
  readonly labels: ArrayLike<number>;
}

/**
 * Puts images and labels into shared memory, where they are not yet, and writes the manifest.
 *
 * @throws Error if the lengths do not fit each other, a label is not the number of a class, or pixels are not bytes
 */
export function imageSet(parts: Images): ImageSet {
  const { name, title, split, verified = false, officialOrder = false, height, width, channels, classes } = parts;
  const count = parts.labels.length;
  const expected = count * height * width * channels;
  checkParts(parts, count);
  if (parts.images.length !== expected)
    throw new Error(
      `${title}: ${count} labels with ${height} x ${width} x ${channels} pixels need ${expected} bytes of images, got ${parts.images.length}`,
    );
  const images = inSharedMemory(parts.images);
  const labels = new Int32Array(new SharedArrayBuffer(count * Int32Array.BYTES_PER_ELEMENT));
  labels.set(parts.labels);
  const sha256 = hashImages(images, labels);
  return {
    title,
    height,
    width,
    channels,
    classes,
    count,
    images,
    labels,
    manifest: { name, title, split, count, sha256, verified },
    officialOrder,
    ...(parts.folds !== undefined && { folds: parts.folds }),
    ...(parts.heldOut !== undefined && { heldOut: parts.heldOut }),
  };
}

/** OpenSSL takes less than 2 GiB in one call. */
const HASHED_AT_ONCE = 1 << 30;

/** What is shared already is not copied. */
function inSharedMemory(bytes: Uint8Array): Uint8Array<SharedArrayBuffer> {
  if (bytes.buffer instanceof SharedArrayBuffer) return bytes as Uint8Array<SharedArrayBuffer>;
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  return shared;
}

function hashImages(images: Uint8Array, labels: Int32Array): string {
  const bytes = new DataView(new ArrayBuffer(labels.length * 4));
  labels.forEach((label, i) => bytes.setInt32(4 * i, label, true));
  const hash = createHash('sha256');
  for (let at = 0; at < images.length; at += HASHED_AT_ONCE) hash.update(images.subarray(at, at + HASHED_AT_ONCE));
  return hash.update(new Uint8Array(bytes.buffer)).digest('hex');
}
