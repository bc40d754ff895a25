import { appliedOf, type Transform } from './operations.ts';
import { createCanvas, reshape, type Canvas } from './pixels/canvas.ts';
import { toBytes, toFloats } from './pixels/floats.ts';
import { copyWindow, crop } from './pixels/geometry.ts';
import type { ImageShape, Sides, Window } from './shapes.ts';

/**
 * The image after the transforms, in order; the image itself is not changed. An image that is in floats at the end is
 * rounded to bytes.
 *
 * @param image uint8 `[height, width, channels]`
 * @returns uint8, of the shape that crops and resizes leave
 * @throws Error if `image` does not have the size that `shape` says
 */
export function applyTransforms(image: Uint8Array, shape: ImageShape, transforms: readonly Transform[]): Uint8Array {
  const size = shape.height * shape.width * shape.channels;
  if (image.length !== size)
    throw new Error(
      `an image of ${shape.height} x ${shape.width} x ${shape.channels} has ${size} bytes, got ${image.length}`,
    );
  const canvas = (shared ??= createCanvas(shape));
  transformOn(canvas, image, shape, transforms);
  return canvas.pixels.slice();
}

/** A canvas remembers nothing of earlier images, and its memory is costly to make. */
let shared: Canvas | undefined;

/** As `applyTransforms`, in the canvas' memory, from the image of a shape at `images[at]` to `out[outAt]`. */
export function transformInto(
  out: Uint8Array,
  outAt: number,
  canvas: Canvas,
  images: Uint8Array,
  at: number,
  shape: ImageShape,
  transforms: readonly Transform[],
): void {
  transformOn(canvas, images.subarray(at, at + shape.height * shape.width * shape.channels), shape, transforms);
  out.set(canvas.pixels, outAt);
}

/** Leaves the transformed image in `canvas.pixels`. */
function transformOn(canvas: Canvas, image: Uint8Array, shape: ImageShape, transforms: readonly Transform[]): void {
  canvas.holes = false;
  canvas.inFloats = false;
  let untouched = true;
  for (const transform of transforms) {
    const applied = appliedOf(transform);
    const window = applied.window?.(transform);
    if (untouched) put(canvas, image, shape, window);
    else if (window) crop(toBytes(canvas), window);
    untouched = false;
    if (applied.on === 'bytes') toBytes(canvas);
    if (applied.on === 'floats') toFloats(canvas);
    applied.apply(canvas, transform);
  }
  if (untouched) put(canvas, image, shape, undefined);
  toBytes(canvas);
}

/** Puts an image on the canvas. Of a large image that is cropped first, only the window is copied. */
function put(canvas: Canvas, image: Uint8Array, shape: ImageShape, window: Window | undefined): void {
  if (window === undefined) {
    reshape(canvas, shape);
    canvas.pixels.set(image);
    return;
  }
  reshape(canvas, { height: window.height, width: window.width, channels: shape.channels });
  if (!liesIn(window, shape)) canvas.pixels.fill(0);
  copyWindow(canvas.pixels, image, shape, window);
}

function liesIn({ top, left, height, width }: Window, sides: Sides): boolean {
  return top >= 0 && left >= 0 && top + height <= sides.height && left + width <= sides.width;
}
