import { room, swapPixels, type Canvas } from './canvas.ts';

const PASSES = 3;

/**
 * `ImageFilter.GaussianBlur(sigma)` of Pillow: three box blurs with a fractional radius along rows, three along
 * columns, with the border repeated (src/libImaging/BoxBlur.c). Not an exact Gaussian.
 *
 * @param sigma the standard deviation in pixels, up to 100
 */
export function gaussianBlur(canvas: Canvas, sigma: number): void {
  const { height, width, channels } = canvas;
  const { kernels } = canvas.arena;
  const box = boxOf(sigma);
  const row = width * channels;
  const line = row + 2 * ((box[0] + 1) * channels + 16);
  const lines = room(canvas, 'lines', 2 * line);
  kernels.boxRows(canvas.pixels.byteOffset, height, row, channels, ...box, lines, lines + line);
  for (let pass = 0; pass < PASSES; pass++) {
    kernels.boxColumns(canvas.spare.byteOffset, canvas.pixels.byteOffset, height, row, ...box);
    swapPixels(canvas);
  }
}

/**
 * The box whose three passes have a standard deviation: the pixels up to `radius` weigh `inner`, the next one on each
 * side `outer`, in units of 2^-24.
 */
function boxOf(sigma: number): readonly [radius: number, inner: number, outer: number] {
  const fractional = boxRadius(sigma);
  const radius = Math.trunc(fractional);
  const inner = Math.trunc(Math.fround(2 ** 24 / Math.fround(Math.fround(fractional * 2) + 1)));
  return [radius, inner, Math.trunc((2 ** 24 - (radius * 2 + 1) * inner) / 2)];
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
