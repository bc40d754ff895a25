import { floats, reshape, type Canvas, type ImageShape } from './canvas.ts';
import type { Sides, Window } from './crop.ts';
import { unit } from './floats.ts';
import type { Interpolation } from './spec.ts';

/** As `Taps`, with weights in float32. */
interface FloatTaps {
  readonly starts: Int32Array;
  readonly counts: Int32Array;
  /** `[n, 4]` */
  readonly weights: Float32Array;
}

const MOST = 4;

/**
 * What DeepMind's BYOL makes of a crop: `tf.image.resize` without antialiasing, divided by 255 and cut to [0, 1]
 * (google-deepmind/deepmind-research@f5de0ede, byol/utils/dataset.py, `_preprocess_image`). Leaves the image in floats.
 *
 * @param image uint8 `[height, width, channels]`; may be the canvas' own pixels
 */
export function floatResample(
  canvas: Canvas,
  image: Uint8Array,
  shape: ImageShape,
  window: Window,
  to: Sides,
  interpolation: Interpolation,
): void {
  const { channels } = shape;
  const taps = interpolation === 'bicubic' ? bicubicTaps : bilinearTaps;
  const columns = taps(window.width, to.width);
  const rows = taps(window.height, to.height);
  const row = to.width * channels;
  const between = (canvas.betweenFloats = floats(canvas.betweenFloats, window.height * row));
  const out = (canvas.floats = floats(canvas.floats, to.height * row));
  for (let y = 0; y < window.height; y++) {
    const start = ((window.top + y) * shape.width + window.left) * channels;
    resampleRow(between, y * row, image, start, channels, columns);
  }
  for (let y = 0; y < to.height; y++) resampleColumn(out, y, between, row, rows);
  canvas.inFloats = true;
  canvas.holes = false;
  reshape(canvas, { ...to, channels });
}

function resampleRow(
  out: Float32Array,
  outAt: number,
  image: Uint8Array,
  start: number,
  channels: number,
  { starts, counts, weights }: FloatTaps,
): void {
  for (let i = 0, o = outAt; i < starts.length; i++) {
    const first = start + starts[i]! * channels;
    const count = counts[i]!;
    for (let c = 0; c < channels; c++) {
      let sum = 0;
      for (let j = 0, p = first + c; j < count; j++, p += channels) sum += image[p]! * weights[MOST * i + j]!;
      out[o++] = sum;
    }
  }
}

function resampleColumn(out: Float32Array, y: number, image: Float32Array, row: number, taps: FloatTaps): void {
  const count = taps.counts[y]!;
  const start = taps.starts[y]! * row;
  for (let i = 0; i < row; i++) {
    let sum = 0;
    for (let j = 0, p = start + i; j < count; j++, p += row) sum += image[p]! * taps.weights[MOST * y + j]!;
    out[y * row + i] = unit(sum / 255);
  }
}

// tensorflow/core/kernels/image/resize_bicubic_op.cc, `GetWeightsAndIndices`: the cubic is read from a table.
const STEPS = 1024;
const CUBIC = Float32Array.from({ length: 2 * STEPS + 1 }, (_, i) => cubic(i / STEPS));

/** Keys' cubic with a = -0.5, for distances from 0 to 2. */
function cubic(x: number): number {
  return x < 1 ? (1.5 * x - 2.5) * x * x + 1 : ((-0.5 * x + 2.5) * x - 4) * x + 2;
}

/** `tf.image.resize(..., 'bicubic')`: weights beyond the image are left out, and the others fill their place. */
function bicubicTaps(size: number, outSize: number): FloatTaps {
  return tapsOf(outSize, (i) => {
    const { whole, rest } = place(i, size, outSize);
    // lrintf: ties go to the even number; the table is too fine for that to be seen.
    const at = Math.round(rest * STEPS);
    const all = [CUBIC[STEPS + at]!, CUBIC[at]!, CUBIC[STEPS - at]!, CUBIC[2 * STEPS - at]!];
    const from = Math.max(0, 1 - whole);
    const weights = all.slice(from, Math.min(4, size + 1 - whole));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return { start: whole - 1 + from, weights: weights.map((weight) => weight / sum) };
  });
}

/** `tf.image.resize(..., 'bilinear')`: beyond the image lies its border. */
function bilinearTaps(size: number, outSize: number): FloatTaps {
  return tapsOf(outSize, (i) => {
    const { whole, rest } = place(i, size, outSize);
    if (whole < 0 || whole + 1 >= size) return { start: Math.max(0, whole), weights: [1] };
    return { start: whole, weights: [1 - rest, rest] };
  });
}

/** Where the middle of a pixel lies in the source, in float32: the pixel to the left, and the share of the next one. */
function place(i: number, size: number, outSize: number): { readonly whole: number; readonly rest: number } {
  const at = Math.fround(Math.fround((i + 0.5) * Math.fround(size / outSize)) - 0.5);
  const whole = Math.floor(at);
  return { whole, rest: Math.fround(at - whole) };
}

function tapsOf(
  outSize: number,
  at: (i: number) => { readonly start: number; readonly weights: readonly number[] },
): FloatTaps {
  const taps = {
    starts: new Int32Array(outSize),
    counts: new Int32Array(outSize),
    weights: new Float32Array(MOST * outSize),
  };
  for (let i = 0; i < outSize; i++) {
    const { start, weights } = at(i);
    taps.starts[i] = start;
    taps.counts[i] = weights.length;
    taps.weights.set(weights, MOST * i);
  }
  return taps;
}
