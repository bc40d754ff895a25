import { bytes, reshape, swapPixels, type Canvas, type ImageShape } from './canvas.ts';
import type { Sides, Window } from './crop.ts';
import type { Interpolation } from './spec.ts';
import { pillowTaps, WEIGHT_BITS, type Taps } from './taps.ts';

const HALF = 1 << (WEIGHT_BITS - 1);

/**
 * `image.crop(window).resize(to)` of Pillow 13.0.0, with antialiasing, into the canvas: along rows and along columns,
 * rounded to bytes between (src/libImaging/Resample.c, `ImagingResampleInner`).
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
  const alongRows = pillowTaps(window.width, to.width, interpolation);
  const alongColumns = pillowTaps(window.height, to.height, interpolation);
  const start = (window.top * shape.width + window.left) * channels;
  const source = { image, start, stride: shape.width * channels };
  const rowBytes = to.width * channels;
  canvas.spare = bytes(canvas.spare, to.height * rowBytes);
  if (columnsFirst(window, to)) {
    const stride = window.width * channels;
    canvas.between = bytes(canvas.between, to.height * stride);
    resampleColumns(canvas.between, source, stride, alongColumns);
    resampleRows(canvas.spare, { image: canvas.between, start: 0, stride }, to.height, channels, alongRows);
  } else {
    canvas.between = bytes(canvas.between, window.height * rowBytes);
    resampleRows(canvas.between, source, window.height, channels, alongRows);
    resampleColumns(canvas.spare, { image: canvas.between, start: 0, stride: rowBytes }, rowBytes, alongColumns);
  }
  swapPixels(canvas);
  reshape(canvas, { ...to, channels });
}

/** Pillow 13 begins with the columns when the height loses more than twice what the width does. */
function columnsFirst(from: Sides, to: Sides): boolean {
  const lost = from.height - to.height;
  return lost > 0 && lost > 2 * (from.width - to.width);
}

/** Rows of pixels that begin `stride` bytes after each other. */
interface Rows {
  readonly image: Uint8Array;
  readonly start: number;
  readonly stride: number;
}

function resampleRows(
  out: Uint8Array,
  { image, start, stride }: Rows,
  rows: number,
  channels: number,
  taps: Taps,
): void {
  const row = taps.starts.length * channels;
  const resampleRow = channels === 3 ? resampleColours : resampleGreys;
  for (let y = 0; y < rows; y++) resampleRow(out, y * row, image, start + y * stride, taps);
}

function resampleColumns(out: Uint8Array, from: Rows, rowBytes: number, taps: Taps): void {
  for (let y = 0; y < taps.starts.length; y++) resampleColumn(out, y, from, rowBytes, taps);
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

/** Row `y` of the result. */
function resampleColumn(
  out: Uint8Array,
  y: number,
  { image, start, stride }: Rows,
  rowBytes: number,
  { starts, counts, weights, most }: Taps,
): void {
  const first = start + starts[y]! * stride;
  const weight = y * most;
  const count = counts[y]!;
  const outAt = y * rowBytes;
  for (let i = 0; i < rowBytes; i++) {
    let sum = HALF;
    for (let j = 0, p = first + i; j < count; j++, p += stride)
      sum = (sum + Math.imul(image[p]!, weights[weight + j]!)) | 0;
    out[outAt + i] = byte(sum >> WEIGHT_BITS);
  }
}

function byte(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : value;
}
