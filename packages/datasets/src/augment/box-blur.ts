import { swapPixels, type Canvas } from './canvas.ts';

const PASSES = 3;
const HALF = 1 << 23;

/**
 * `ImageFilter.GaussianBlur(sigma)` of Pillow: three box blurs with a fractional radius along rows, three along
 * columns, with the border repeated (src/libImaging/BoxBlur.c). Not an exact Gaussian.
 *
 * @param sigma the standard deviation in pixels
 */
export function gaussianBlur(canvas: Canvas, sigma: number): void {
  const { height, width, channels } = canvas;
  const box = boxOf(sigma);
  const row = width * channels;
  const lines = [new Uint8Array(row), new Uint8Array(row)] as const;
  for (let y = 0; y < height; y++) blurRow(canvas.pixels, y * row, row, channels, box, lines);
  const sums = new Int32Array(row);
  for (let pass = 0; pass < PASSES; pass++) {
    blurColumns(canvas.spare, canvas.pixels, height, row, box, sums);
    swapPixels(canvas);
  }
}

/** A box blur: the pixels up to `radius` weigh `inner`, the next one on each side `outer`, in units of 2^-24. */
interface Box {
  readonly radius: number;
  readonly inner: number;
  readonly outer: number;
}

/** The box whose three passes have a standard deviation. */
function boxOf(sigma: number): Box {
  const fractional = boxRadius(sigma);
  const radius = Math.trunc(fractional);
  const inner = Math.trunc(Math.fround(2 ** 24 / Math.fround(Math.fround(fractional * 2) + 1)));
  return { radius, inner, outer: Math.trunc((2 ** 24 - (radius * 2 + 1) * inner) / 2) };
}

/** `_gaussian_blur_radius`, in float32 (Gwosdek et al., SSVM 2011, equations 7, 11 and 14). */
export function boxRadius(sigma: number): number {
  const f = Math.fround;
  const squared = f(f(f(sigma) * f(sigma)) / PASSES);
  const length = f(Math.sqrt(12 * squared + 1));
  const whole = f(Math.floor((length - 1) / 2));
  const above = f(f(f(2 * whole) + 1) * f(f(whole * f(whole + 1)) - f(3 * squared)));
  const below = f(6 * f(squared - f(f(whole + 1) * f(whole + 1))));
  return f(whole + f(above / below));
}

/** Three passes over the row at `start`, in place. */
function blurRow(
  pixels: Uint8Array,
  start: number,
  row: number,
  channels: number,
  box: Box,
  [first, second]: readonly [Uint8Array, Uint8Array],
): void {
  for (let c = 0; c < channels; c++) {
    blurLine(first, 0, pixels, start, row, channels, c, box);
    blurLine(second, 0, first, 0, row, channels, c, box);
    blurLine(pixels, start, second, 0, row, channels, c, box);
  }
}

/** One channel of a row. */
function blurLine(
  out: Uint8Array,
  outAt: number,
  image: Uint8Array,
  start: number,
  row: number,
  channels: number,
  channel: number,
  { radius, inner, outer }: Box,
): void {
  const first = start + channel;
  const last = start + row - channels + channel;
  let sum = 0;
  // As it is before the first pixel: what lies from -radius - 1 to radius - 1, the border repeated.
  for (let x = -radius - 1; x < radius; x++) sum += image[within(first + x * channels, first, last)]!;
  const reach = radius * channels;
  for (let p = first, o = outAt + channel; p <= last; p += channels, o += channels) {
    const before = p - reach - channels;
    const after = p + reach;
    const left = image[before < first ? first : before]!;
    const added = image[after > last ? last : after]!;
    const right = image[after + channels > last ? last : after + channels]!;
    sum += added - left;
    out[o] = (Math.imul(sum, inner) + Math.imul(left + right, outer) + HALF) >>> 24;
  }
}

function within(at: number, first: number, last: number): number {
  return at < first ? first : at > last ? last : at;
}

/** One pass along all columns. */
function blurColumns(
  out: Uint8Array,
  image: Uint8Array,
  height: number,
  row: number,
  { radius, inner, outer }: Box,
  sums: Int32Array,
): void {
  const rowAt = (y: number): number => within(y, 0, height - 1) * row;
  sums.fill(0);
  for (let y = -radius - 1; y < radius; y++) {
    const start = rowAt(y);
    for (let i = 0; i < row; i++) sums[i] = sums[i]! + image[start + i]!;
  }
  for (let y = 0; y < height; y++) {
    const left = rowAt(y - radius - 1);
    const added = rowAt(y + radius);
    const right = rowAt(y + radius + 1);
    const outAt = y * row;
    for (let i = 0; i < row; i++) {
      const before = image[left + i]!;
      const sum = sums[i]! + image[added + i]! - before;
      sums[i] = sum;
      out[outAt + i] = (Math.imul(sum, inner) + Math.imul(before + image[right + i]!, outer) + HALF) >>> 24;
    }
  }
}
