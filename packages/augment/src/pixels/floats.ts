import type { Sides } from '../shapes.ts';
import { exchange } from './arena.ts';
import { reshape, room, type Canvas } from './canvas.ts';
import { mirror } from './geometry.ts';
import { putTaps, tensorFlowTaps, type Interpolation } from './taps.ts';

// DeepMind's BYOL: an image in float32 on [0, 1] from the crop to the end
// (google-deepmind/deepmind-research@f5de0ede, byol/utils/augmentations.py, dataset.py).

/** How many values the image has. */
function lengthOf({ height, width, channels }: Canvas): number {
  return height * width * channels;
}

/** The address of the image in floats. */
function floatsOf(canvas: Canvas): number {
  return room(canvas, 'floats', 4 * lengthOf(canvas));
}

/** Takes the image into floats, unless it is there; returns the canvas. */
export function toFloats(canvas: Canvas): Canvas {
  if (canvas.inFloats) return canvas;
  const floats = floatsOf(canvas);
  canvas.arena.kernels.toFloats(floats, canvas.pixels.byteOffset, lengthOf(canvas));
  canvas.inFloats = true;
  canvas.holes = false;
  return canvas;
}

/** Rounds an image in floats to bytes; returns the canvas. */
export function toBytes(canvas: Canvas): Canvas {
  if (!canvas.inFloats) return canvas;
  canvas.arena.kernels.fromFloats(canvas.pixels.byteOffset, floatsOf(canvas), lengthOf(canvas));
  canvas.inFloats = false;
  return canvas;
}

/**
 * `tf.image.resize` without antialiasing, divided by 255 and cut to [0, 1] (dataset.py, `_preprocess_image`). Leaves
 * the image in floats.
 */
export function floatResample(canvas: Canvas, to: Sides, interpolation: Interpolation): void {
  const { height, width, channels } = canvas;
  const { kernels } = canvas.arena;
  const [columns, rows] = putTaps(canvas, [
    tensorFlowTaps(width, to.width, interpolation),
    tensorFlowTaps(height, to.height, interpolation),
  ]);
  const row = to.width * channels;
  const between = room(canvas, 'betweenFloats', 4 * height * row);
  const out = room(canvas, 'floats', 4 * to.height * row);
  kernels.floatRows(between, canvas.pixels.byteOffset, height, width, to.width, columns[0], channels);
  kernels.floatColumns(out, between, row, to.height, rows[0]);
  reshape(canvas, { ...to, channels });
  canvas.inFloats = true;
  canvas.holes = false;
}

/** Mirrors left and right. */
export function floatFlip(canvas: Canvas): void {
  mirror(new Float32Array(canvas.arena.memory.buffer, floatsOf(canvas), lengthOf(canvas)), canvas);
}

/** Adds a share of white; cut to [0, 1]. */
export function floatBrightness(canvas: Canvas, by: number): void {
  canvas.arena.kernels.floatBrightness(floatsOf(canvas), lengthOf(canvas), by);
}

/** Scales about the mean of each channel; cut to [0, 1]. */
export function floatContrast(canvas: Canvas, factor: number): void {
  const { kernels } = canvas.arena;
  const { channels } = canvas;
  const length = lengthOf(canvas);
  for (let c = 0; c < channels; c++) {
    const channel = [floatsOf(canvas) + 4 * c, length - c, channels] as const;
    kernels.floatContrast(...channel, factor, (kernels.floatSum(...channel) / length) * channels);
  }
}

/** Scales the saturation of HSV, which is cut to 1; hue and value stay. A grey image stays as it is. */
export function floatSaturation(canvas: Canvas, factor: number): void {
  if (canvas.channels === 3)
    canvas.arena.kernels.floatSaturation(floatsOf(canvas), canvas.height * canvas.width, factor);
}

/** Turns the hue of HSV by a share of a full turn. A grey image stays as it is. */
export function floatHue(canvas: Canvas, by: number): void {
  if (canvas.channels === 3) canvas.arena.kernels.floatHue(floatsOf(canvas), canvas.height * canvas.width, by);
}

/** The luma with DeepMind's weights, which add up to 0.9999, in all channels. A grey image stays as it is. */
export function floatGrayscale(canvas: Canvas): void {
  if (canvas.channels === 3) canvas.arena.kernels.floatGrayscale(floatsOf(canvas), canvas.height * canvas.width);
}

/** Inverts the values from `threshold`, in grey levels, on. */
export function floatSolarize(canvas: Canvas, threshold: number): void {
  canvas.arena.kernels.floatSolarize(floatsOf(canvas), lengthOf(canvas), threshold / 255);
}

// A tap below this share of the middle one changes no value by more than a hundredth of a grey level.
const NEGLIGIBLE = 1e-5;

/**
 * A Gaussian of 2 radius + 1 taps along rows, then along columns, zero beyond the borders (augmentations.py,
 * `_gaussian_blur_single_image`).
 *
 * @param sigma in pixels
 */
export function floatBlur(canvas: Canvas, sigma: number, radius: number): void {
  const { height, width, channels } = canvas;
  const { kernels, memory } = canvas.arena;
  const taps = halfKernel(sigma, radius);
  const reach = taps.length - 1;
  const row = width * channels;
  const tapsAt = room(canvas, 'taps', 4 * taps.length);
  const line = room(canvas, 'lines', 4 * (row + 2 * reach * channels) + 16);
  const spare = room(canvas, 'spareFloats', 4 * height * row);
  const floats = floatsOf(canvas);
  new Float32Array(memory.buffer, tapsAt, taps.length).set(taps);
  kernels.floatBlurRows(floats, height, row, channels, tapsAt, reach, line);
  kernels.floatBlurColumns(spare, floats, height, row, tapsAt, reach);
  exchange(canvas.arena, 'floats', 'spareFloats');
}

/** The middle tap, then one side's, those that count. */
function halfKernel(sigma: number, radius: number): Float32Array {
  const taps = Float32Array.from({ length: radius + 1 }, (_, x) => Math.exp(-(x * x) / (2 * sigma * sigma)));
  const sum = taps.reduce((total, tap) => total + 2 * tap, -1);
  const counted = taps.findLastIndex((tap) => tap >= NEGLIGIBLE) + 1;
  return taps.subarray(0, counted).map((tap) => tap / sum);
}
