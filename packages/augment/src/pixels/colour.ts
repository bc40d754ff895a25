import { room, swapPixels, type Canvas } from './canvas.ts';

// The same bytes as Pillow's `ImageOps` and `ImageEnhance` (src/PIL/ImageOps.py, ImageEnhance.py,
// src/libImaging/Blend.c, Filter.c, Convert.c), for modes L and RGB. `]!`: bytes index tables of 256 values, and loops
// run over the pixels that there are; a check a pixel would cost as much as the arithmetic.

/** `ImageOps.autocontrast`: stretches each channel's values to 0 … 255. */
export function autoContrast(canvas: Canvas): void {
  const { table } = canvas;
  forEachChannel(canvas, (counts, start) => {
    let low = 0;
    let high = 255;
    while (low < 255 && counts[start + low] === 0) low++;
    while (high > 0 && counts[start + high] === 0) high--;
    if (high <= low) return identity(table, start);
    const scale = 255 / (high - low);
    const offset = -low * scale;
    for (let v = 0; v < 256; v++) table[start + v] = clamp(Math.trunc(v * scale + offset));
  });
  lookUp(canvas);
}

/** `ImageOps.equalize`: flattens each channel's histogram. */
export function equalize(canvas: Canvas): void {
  const { table } = canvas;
  forEachChannel(canvas, (counts, start) => {
    let total = 0;
    let filled = 0;
    let last = 0;
    for (let v = 0; v < 256; v++) {
      const count = counts[start + v]!;
      if (count === 0) continue;
      total += count;
      filled++;
      last = count;
    }
    const step = Math.floor((total - last) / 255);
    if (filled <= 1 || step === 0) return identity(table, start);
    let n = Math.floor(step / 2);
    for (let v = 0; v < 256; v++) {
      table[start + v] = Math.min(255, Math.floor(n / step));
      n += counts[start + v]!;
    }
  });
  lookUp(canvas);
}

/** `ImageOps.posterize`: keeps the `bits` highest bits, 0 to 8, of every value. */
export function posterize(canvas: Canvas, bits: number): void {
  const mask = ~(2 ** (8 - bits) - 1);
  lookUpEach(canvas, (v) => v & mask);
}

/** `ImageOps.solarize`: inverts the values from `threshold` on. */
export function solarize(canvas: Canvas, threshold: number): void {
  lookUpEach(canvas, (v) => (v < threshold ? v : 255 - v));
}

/** `ImageEnhance.Brightness`: blends with black. */
export function brightness(canvas: Canvas, factor: number): void {
  const weight = Math.fround(factor);
  lookUpEach(canvas, (v) => blend(0, v, weight));
}

/** `ImageEnhance.Contrast`: blends with the rounded mean of the image's luma. */
export function contrast(canvas: Canvas, factor: number): void {
  const mean = Math.trunc(meanLuma(canvas) + 0.5);
  const weight = Math.fround(factor);
  lookUpEach(canvas, (v) => blend(mean, v, weight));
}

function meanLuma({ pixels, channels, arena }: Canvas): number {
  if (channels === 1) return pixels.reduce((sum, v) => sum + v, 0) / pixels.length;
  const count = pixels.length / 3;
  return arena.kernels.lumaSum(pixels.byteOffset, count) / count;
}

/** `ImageEnhance.Color`: blends with the image's luma. A grey image is its own luma, and stays as it is. */
export function color({ pixels, channels, arena }: Canvas, factor: number): void {
  if (channels === 3) arena.kernels.saturate(pixels.byteOffset, pixels.length / 3, factor);
}

/** `image.convert('L')` in all channels. A grey image stays as it is. */
export function grayscale({ pixels, channels, arena }: Canvas): void {
  if (channels === 3) arena.kernels.grayscale(pixels.byteOffset, pixels.length / 3);
}

/** `ImageEnhance.Sharpness`: blends with the image under `ImageFilter.SMOOTH`, which leaves the border as it is. */
export function sharpness(canvas: Canvas, factor: number): void {
  const { height, width, channels, pixels, spare } = canvas;
  const weight = Math.fround(factor);
  const row = width * channels;
  spare.set(pixels);
  for (let y = 1; y < height - 1; y++) {
    for (let i = y * row + channels; i < (y + 1) * row - channels; i++) {
      const above = i - row;
      const below = i + row;
      const sides = pixels[i - channels]! + pixels[i + channels]!;
      const corners =
        pixels[above - channels]! + pixels[above + channels]! + pixels[below - channels]! + pixels[below + channels]!;
      const sum = corners + sides + pixels[above]! + pixels[below]! + 5 * pixels[i]!;
      // Pillow rounds sum / 13, computed in float32; no sum comes near a half, so whole numbers give the same.
      spare[i] = blend(Math.trunc((2 * sum + 13) / 26), pixels[i]!, weight);
    }
  }
  swapPixels(canvas);
}

/** `Image.blend` of two bytes in float32, cut to a byte; `weight` is a float32, 1 for all of `b`. */
function blend(a: number, b: number, weight: number): number {
  return clamp(Math.trunc(Math.fround(a + Math.fround(weight * (b - a)))));
}

function clamp(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : value;
}

function forEachChannel(
  { pixels, channels, histogram }: Canvas,
  fill: (counts: Int32Array, start: number) => void,
): void {
  histogram.fill(0);
  for (let c = 0; c < channels; c++) {
    const start = 256 * c;
    for (let i = c; i < pixels.length; i += channels) histogram[start + pixels[i]!]!++;
    fill(histogram, start);
  }
}

function identity(table: Uint8Array, start: number): void {
  for (let v = 0; v < 256; v++) table[start + v] = v;
}

function lookUp({ pixels, channels, table }: Canvas): void {
  for (let c = 0; c < channels; c++) {
    const start = 256 * c;
    for (let i = c; i < pixels.length; i += channels) pixels[i] = table[start + pixels[i]!]!;
  }
}

/** Gives every byte, of all channels, its new value. */
function lookUpEach(canvas: Canvas, value: (v: number) => number): void {
  const at = room(canvas, 'table', 256);
  const { pixels, arena } = canvas;
  const table = new Uint8Array(arena.memory.buffer, at, 256);
  for (let v = 0; v < 256; v++) table[v] = value(v);
  arena.kernels.lookUp(pixels.byteOffset, pixels.length, at);
}
