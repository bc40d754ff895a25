// `]!`: loops run over the pixels that there are, and `from` holds places among them or -1; a check a pixel would cost
// as much as the copy.

import type { ImageShape, Window } from '../shapes.ts';
import { room, swapPixels, swapReshaped, type Canvas } from './canvas.ts';

/** `(a, b, c, d, e, f)`: the pixel (x, y) shows what was at (a x + b y + c, d x + e y + f). */
export type Matrix = readonly [number, number, number, number, number, number];

/** Mirrors left and right. */
export function flip(canvas: Canvas): void {
  const { height, width, from } = canvas;
  if (!canvas.holes) return mirror(canvas.pixels, canvas);
  for (let y = 0, i = 0; y < height; y++) for (let x = 0; x < width; x++) from[i++] = (y + 1) * width - 1 - x;
  gather(canvas);
}

/** Swaps the pixels of each row, left and right. */
export function mirror(
  pixels: Uint8Array | Float32Array,
  { height, width, channels }: Pick<Canvas, 'height' | 'width' | 'channels'>,
): void {
  const row = width * channels;
  for (let start = 0; start < height * row; start += row) {
    for (let left = start, right = start + row - channels; left < right; left += channels, right -= channels) {
      for (let c = 0; c < channels; c++) {
        const value = pixels[left + c]!;
        pixels[left + c] = pixels[right + c]!;
        pixels[right + c] = value;
      }
    }
  }
}

/** The window of the image, black where it reaches beyond (`Image.crop`). What was uncovered is black from then on. */
export function crop(canvas: Canvas, window: Window): void {
  const size = window.height * window.width * canvas.channels;
  const at = room(canvas, 'spare', size);
  const out = new Uint8Array(canvas.arena.memory.buffer, at, size).fill(0);
  copyWindow(out, canvas.pixels, canvas, window);
  canvas.holes = false;
  swapReshaped(canvas, { height: window.height, width: window.width, channels: canvas.channels });
}

/** Copies what of a window lies in an image; leaves the rest of the window as it is. */
export function copyWindow(
  out: Uint8Array,
  image: Uint8Array,
  { height, width, channels }: ImageShape,
  window: Window,
): void {
  const left = Math.max(0, window.left);
  const right = Math.min(width, window.left + window.width);
  const bottom = left < right ? Math.min(height, window.top + window.height) : 0;
  for (let y = Math.max(0, window.top); y < bottom; y++) {
    const row = image.subarray((y * width + left) * channels, (y * width + right) * channels);
    out.set(row, ((y - window.top) * window.width + left - window.left) * channels);
  }
}

/**
 * The window that begins at (`x`, `y`) of the image, mirrored beyond its borders without repeating the border pixel.
 *
 * @param x from -(width - 1) to width - 1
 * @param y from -(height - 1) to height - 1
 */
export function shift(canvas: Canvas, x: number, y: number): void {
  const { height, width, from } = canvas;
  for (let row = 0, i = 0; row < height; row++) {
    const start = reflect(row + y, height) * width;
    for (let column = 0; column < width; column++) from[i++] = start + reflect(column + x, width);
  }
  gather(canvas);
}

function reflect(at: number, side: number): number {
  if (at < 0) return -at;
  return at < side ? at : 2 * (side - 1) - at;
}

/**
 * Nearest neighbour, outside 0: `Image.transform(size, AFFINE, matrix)` of Pillow (`src/libImaging/Geometry.c`,
 * `ImagingScaleAffine` and `affine_fixed`), which rounds differently for pure translations and for the rest.
 */
export function affine(canvas: Canvas, matrix: Matrix): void {
  if (matrix[1] === 0 && matrix[3] === 0) scaleAndTranslate(canvas, matrix);
  else fixedPoint(canvas, matrix);
  gather(canvas);
}

function scaleAndTranslate({ height, width, from }: Canvas, [a, , c, , e, f]: Matrix): void {
  let sourceY = f + e * 0.5;
  for (let y = 0, i = 0; y < height; y++, sourceY += e) {
    const row = inside(sourceY, height);
    let sourceX = c + a * 0.5;
    for (let x = 0; x < width; x++, sourceX += a) {
      const column = inside(sourceX, width);
      from[i++] = row < 0 || column < 0 ? -1 : row * width + column;
    }
  }
}

/** The index of the pixel that holds a coordinate, or -1. */
function inside(coordinate: number, side: number): number {
  return coordinate < 0 || coordinate >= side ? -1 : Math.trunc(coordinate);
}

function fixedPoint({ height, width, from }: Canvas, [a, b, c, d, e, f]: Matrix): void {
  const [alongX, alongXY] = [fixed(a), fixed(d)];
  const [alongYX, alongY] = [fixed(b), fixed(e)];
  let rowX = fixed(c + a * 0.5 + b * 0.5);
  let rowY = fixed(f + d * 0.5 + e * 0.5);
  for (let y = 0, i = 0; y < height; y++, rowX += alongYX, rowY += alongY) {
    let sourceX = rowX;
    let sourceY = rowY;
    for (let x = 0; x < width; x++, sourceX += alongX, sourceY += alongXY) {
      const column = sourceX >> 16;
      const row = sourceY >> 16;
      from[i++] = column >= 0 && column < width && row >= 0 && row < height ? row * width + column : -1;
    }
  }
}

function fixed(value: number): number {
  return Math.floor(value * 65536 + 0.5);
}

/**
 * The matrix of `Image.rotate(degrees)` of Pillow (`src/PIL/Image.py`): counter-clockwise about the centre, sines
 * and cosines rounded to 15 decimals.
 *
 * @param degrees between -90 and 90; Pillow has other ways for the right angles
 */
export function rotation(degrees: number, width: number, height: number): Matrix {
  const angle = -((((degrees % 360) + (degrees < 0 ? 360 : 0)) * Math.PI) / 180);
  const cosine = decimals15(Math.cos(angle));
  const sine = decimals15(Math.sin(angle));
  const [x, y] = [width / 2, height / 2];
  return [cosine, sine, cosine * -x + sine * -y + x, -sine, cosine, -sine * -x + cosine * -y + y];
}

function decimals15(value: number): number {
  return Number(value.toFixed(15));
}

/** Takes every pixel from where `canvas.from` says; 0 and uncovered where it says -1. */
function gather(canvas: Canvas): void {
  const { from, pixels, spare } = canvas;
  if (canvas.holes || from.includes(-1)) gatherShown(canvas);
  if (canvas.channels === 1) for (let i = 0; i < from.length; i++) spare[i] = from[i]! < 0 ? 0 : pixels[from[i]!]!;
  else {
    for (let i = 0, out = 0; i < from.length; i++) {
      const source = 3 * from[i]!;
      for (let c = 0; c < 3; c++) spare[out++] = source < 0 ? 0 : pixels[source + c]!;
    }
  }
  swapPixels(canvas);
}

function gatherShown(canvas: Canvas): void {
  const { from, shown, spareShown, holes } = canvas;
  for (let i = 0; i < from.length; i++) spareShown[i] = from[i]! < 0 ? 0 : holes ? shown[from[i]!]! : 1;
  [canvas.shown, canvas.spareShown] = [spareShown, shown];
  canvas.holes = true;
}
