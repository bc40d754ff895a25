import type { Key } from '@spatial-ensemble/random';
import { defocusBlur, gaussianBlur, glassBlur, motionBlur, zoomBlur } from './blurs.ts';
import type { Corruption, Drawn, Shape, Strength } from './corruption.ts';
import { brightness, contrast, elasticTransform, jpegCompression, pixelate, saturate } from './digital.ts';
import type { CorruptionName } from './names.ts';
import { gaussianNoise, impulseNoise, shotNoise, speckleNoise } from './noises.ts';
import { spatter } from './spatter.ts';
import { fog, snow } from './weather.ts';

const ALL: { readonly [name in CorruptionName]: Corruption } = {
  'gaussian-noise': gaussianNoise,
  'shot-noise': shotNoise,
  'impulse-noise': impulseNoise,
  'defocus-blur': defocusBlur,
  'glass-blur': glassBlur,
  'motion-blur': motionBlur,
  'zoom-blur': zoomBlur,
  snow,
  fog,
  brightness,
  contrast,
  'elastic-transform': elasticTransform,
  pixelate,
  'jpeg-compression': jpegCompression,
  'speckle-noise': speckleNoise,
  'gaussian-blur': gaussianBlur,
  spatter,
  saturate,
};

/** Which corruption, how strong, and the key that everything random about it is drawn from. */
export interface Corrupting extends Strength {
  readonly kind: CorruptionName;
  readonly key: Key;
}

/**
 * A corrupted image: a pure function of bytes and a key, which loads no TensorFlow, so that any thread may do it.
 *
 * @param image uint8 `[height, width, channels]`; it is not changed
 * @throws RangeError for a severity other than 1 to 5, or bytes other than the shape says
 */
export function corrupt(image: Uint8Array, shape: Shape, { kind, key, ...strength }: Corrupting): Uint8Array {
  return corruptedBy(image, shape, { kind, ...strength }, drawnBy(shape, { kind, key, ...strength }));
}

/** The numbers that `corrupt` draws for an image of a shape. */
export function drawnBy(shape: Shape, { kind, key, ...strength }: Corrupting): Drawn {
  return ALL[kind].draw(key, shape, strength);
}

/** As `corrupt`, by numbers that were drawn elsewhere. */
export function corruptedBy(
  image: Uint8Array,
  shape: Shape,
  { kind, ...strength }: Omit<Corrupting, 'key'>,
  drawn: Drawn,
): Uint8Array {
  const { severity } = strength;
  if (!Number.isInteger(severity) || severity < 1 || severity > 5)
    throw new RangeError(`a severity is a whole number from 1 to 5, got ${severity}`);
  const size = shape.height * shape.width * shape.channels;
  if (image.length !== size)
    throw new RangeError(`an image of ${shape.height} x ${shape.width} x ${shape.channels} has ${size} bytes, got ${image.length}`); // prettier-ignore
  const values = Float64Array.from(image, (value) => value / 255);
  const out = ALL[kind].apply({ ...shape, values }, drawn, strength);
  // The official code drops what is behind the point.
  return Uint8Array.from(out, (value) => Math.trunc(Math.min(255, Math.max(0, value))));
}
