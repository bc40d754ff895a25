import { bytes, reshape, swapPixels, type Canvas, type ImageShape } from './canvas.ts';
import type { Sides, Window } from './crop.ts';
import type { Interpolation } from './spec.ts';
import { pillowTaps, WEIGHT_BITS, type Taps } from './taps.ts';

const HALF = 1 << (WEIGHT_BITS - 1);

/**
 * `image.crop(window).resize(to)` of Pillow, with antialiasing, into the canvas: rows first, then columns, rounded to
 * bytes between (src/libImaging/Resample.c, `ImagingResampleInner`).
 *
 * @param image uint8 `[height, width, channels]`; may be the canvas' own pixels
 */
export function resample(
  canvas: Canvas,
  image: Uint8Array,
  shape: ImageShape,
  window: Window,
  to: Sides,
  interpolation: Interpolation,
): void {
  const { channels } = shape;
  const columns = pillowTaps(window.width, to.width, interpolation);
  const rows = pillowTaps(window.height, to.height, interpolation);
  canvas.between = bytes(canvas.between, window.height * to.width * channels);
  canvas.spare = bytes(canvas.spare, to.height * to.width * channels);
  const start = (window.top * shape.width + window.left) * channels;
  const resampleRow = channels === 3 ? resampleColours : resampleGreys;
  const rowBytes = to.width * channels;
  for (let y = 0; y < window.height; y++)
    resampleRow(canvas.between, y * rowBytes, image, start + y * shape.width * channels, columns);
  for (let y = 0; y < to.height; y++) resampleColumn(canvas.spare, y, canvas.between, rowBytes, rows);
  swapPixels(canvas);
  reshape(canvas, { ...to, channels });
}

function resampleColours(out: Uint8Array, outAt: number, image: Uint8Array, start: number, taps: Taps): void {
  const { starts, counts, weights, most } = taps;
  for (let i = 0, o = outAt; i < starts.length; i++, o += 3) {
    let p = start + 3 * starts[i]!;
    let red = HALF;
    let green = HALF;
    let blue = HALF;
    const first = i * most;
    const end = first + counts[i]!;
    for (let j = first; j < end; j++, p += 3) {
      const weight = weights[j]!;
      red = (red + Math.imul(image[p]!, weight)) | 0;
      green = (green + Math.imul(image[p + 1]!, weight)) | 0;
      blue = (blue + Math.imul(image[p + 2]!, weight)) | 0;
    }
    out[o] = byte(red >> WEIGHT_BITS);
    out[o + 1] = byte(green >> WEIGHT_BITS);
    out[o + 2] = byte(blue >> WEIGHT_BITS);
  }
}

function resampleGreys(out: Uint8Array, outAt: number, image: Uint8Array, start: number, taps: Taps): void {
  const { starts, counts, weights, most } = taps;
  for (let i = 0; i < starts.length; i++) {
    let p = start + starts[i]!;
    let sum = HALF;
    const end = i * most + counts[i]!;
    for (let j = i * most; j < end; j++, p++) sum = (sum + Math.imul(image[p]!, weights[j]!)) | 0;
    out[outAt + i] = byte(sum >> WEIGHT_BITS);
  }
}

/** Row `y` of the result, from rows of `rowBytes` bytes. */
function resampleColumn(out: Uint8Array, y: number, image: Uint8Array, rowBytes: number, taps: Taps): void {
  const { starts, counts, weights, most } = taps;
  const count = counts[y]!;
  const start = starts[y]! * rowBytes;
  const first = y * most;
  const outAt = y * rowBytes;
  for (let i = 0; i < rowBytes; i++) {
    let sum = HALF;
    for (let j = 0, p = start + i; j < count; j++, p += rowBytes)
      sum = (sum + Math.imul(image[p]!, weights[first + j]!)) | 0;
    out[outAt + i] = byte(sum >> WEIGHT_BITS);
  }
}

function byte(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : value;
}
