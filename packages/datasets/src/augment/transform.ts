import { createCanvas, type Canvas, type ImageShape } from './canvas.ts';
import { autoContrast, brightness, color, contrast, equalize, posterize, sharpness, solarize } from './colour.ts';
import { affine, flip, rotation, shift } from './geometry.ts';
import { fillRectangle, fillUncovered } from './paint.ts';
import type { Fill } from './spec.ts';

/** What is done to one image, after everything random was drawn: plain data. */
export type Transform =
  | { readonly op: 'flip' | 'auto-contrast' | 'equalize' }
  /** The window's place in the image mirrored at its borders, in pixels. */
  | { readonly op: 'shift'; readonly x: number; readonly y: number }
  /** Keeps the highest bits, 0 to 8. */
  | { readonly op: 'posterize'; readonly bits: number }
  /** Inverts the values from `threshold` on. */
  | { readonly op: 'solarize'; readonly threshold: number }
  /** 1 leaves the image as it is, 0 leaves black, the mean, grey, or the smoothed image. */
  | { readonly op: 'brightness' | 'contrast' | 'color' | 'sharpness'; readonly factor: number }
  /** Counter-clockwise about the centre, between -90 and 90. */
  | { readonly op: 'rotate'; readonly degrees: number }
  /** The source of a pixel lies `by` pixels further for every pixel of the other coordinate. */
  | { readonly op: 'shear-x' | 'shear-y'; readonly by: number }
  /** The source of a pixel lies `by` pixels further: the picture moves left, or up. */
  | { readonly op: 'translate-x' | 'translate-y'; readonly by: number }
  /** Paints what geometric operations uncovered, and no colour operation filled with its own colour since. */
  | { readonly op: 'fill-uncovered'; readonly fill: Fill }
  | {
      readonly op: 'fill-rectangle';
      readonly top: number;
      readonly left: number;
      readonly bottom: number;
      readonly right: number;
      readonly fill: Fill;
    };

/**
 * The image after the transforms, in order; the image itself is not changed.
 *
 * @param image uint8 `[height, width, channels]`
 * @throws Error if `image` does not have the size that `shape` says
 */
export function applyTransforms(image: Uint8Array, shape: ImageShape, transforms: readonly Transform[]): Uint8Array {
  const canvas = createCanvas(shape);
  if (image.length !== canvas.pixels.length)
    throw new Error(
      `an image of ${shape.height} x ${shape.width} x ${shape.channels} has ${canvas.pixels.length} bytes, got ${image.length}`,
    );
  const out = new Uint8Array(image.length);
  transformInto(out, 0, canvas, image, 0, transforms);
  return out;
}

/** As `applyTransforms`, in the canvas' memory, from the image at `images[at]` to `out[outAt]`. */
export function transformInto(
  out: Uint8Array,
  outAt: number,
  canvas: Canvas,
  images: Uint8Array,
  at: number,
  transforms: readonly Transform[],
): void {
  canvas.pixels.set(images.subarray(at, at + canvas.pixels.length));
  canvas.holes = false;
  for (const transform of transforms) applyTransform(canvas, transform);
  out.set(canvas.pixels, outAt);
}

function applyTransform(canvas: Canvas, transform: Transform): void {
  switch (transform.op) {
    case 'flip':
      return flip(canvas);
    case 'shift':
      return shift(canvas, transform.x, transform.y);
    case 'rotate':
      return affine(canvas, rotation(transform.degrees, canvas.width, canvas.height));
    case 'shear-x':
      return affine(canvas, [1, transform.by, 0, 0, 1, 0]);
    case 'shear-y':
      return affine(canvas, [1, 0, 0, transform.by, 1, 0]);
    case 'translate-x':
      return affine(canvas, [1, 0, transform.by, 0, 1, 0]);
    case 'translate-y':
      return affine(canvas, [1, 0, 0, 0, 1, transform.by]);
    case 'brightness':
      return brightness(canvas, transform.factor);
    case 'contrast':
      return contrast(canvas, transform.factor);
    case 'color':
      return color(canvas, transform.factor);
    case 'sharpness':
      return sharpness(canvas, transform.factor);
    case 'auto-contrast':
      return opaque(canvas, autoContrast);
    case 'equalize':
      return opaque(canvas, equalize);
    case 'posterize':
      return opaque(canvas, posterize, transform.bits);
    case 'solarize':
      return opaque(canvas, solarize, transform.threshold);
    case 'fill-uncovered':
      return fillUncovered(canvas, transform.fill);
    case 'fill-rectangle':
      return fillRectangle(canvas, transform);
  }
}

/**
 * The official FixMatch code converts to RGB and back around these operations, which drops the alpha channel: what
 * was uncovered before is from then on part of the image, black or what the operation makes of black
 * (google-research/fixmatch@d4985a15, third_party/auto_augment/augmentations.py).
 */
function opaque<A extends readonly unknown[]>(
  canvas: Canvas,
  operation: (canvas: Canvas, ...args: A) => void,
  ...args: A
): void {
  canvas.holes = false;
  operation(canvas, ...args);
}
