import { floats, swapFloats, type Canvas } from './canvas.ts';

// A tap below this share of the middle one changes no value by more than a hundredth of a grey level.
const NEGLIGIBLE = 1e-5;

/**
 * A Gaussian of 2 radius + 1 taps along rows, then along columns, zero beyond the borders
 * (google-deepmind/deepmind-research@f5de0ede, byol/utils/augmentations.py, `_gaussian_blur_single_image`).
 *
 * @param sigma in pixels
 */
export function floatBlur(canvas: Canvas, sigma: number, radius: number): void {
  const taps = halfKernel(sigma, radius);
  const { height, width, channels } = canvas;
  canvas.spareFloats = floats(canvas.spareFloats, canvas.floats.length);
  const row = width * channels;
  // Within a row, and between rows, a tap lies `step` values further, as far as `length` reaches.
  for (let y = 0; y < height; y++) blurRow(canvas.spareFloats, canvas.floats, y * row, row, channels, taps);
  swapFloats(canvas);
  for (let y = 0; y < height; y++) blurColumn(canvas.spareFloats, canvas.floats, y, height, row, taps);
  swapFloats(canvas);
}

/** The middle tap, then one side's, those that count. */
function halfKernel(sigma: number, radius: number): Float64Array {
  const taps = Float64Array.from({ length: radius + 1 }, (_, x) => Math.exp(-(x * x) / (2 * sigma * sigma)));
  const sum = taps.reduce((total, tap) => total + 2 * tap, -1);
  const counted = taps.findLastIndex((tap) => tap >= NEGLIGIBLE) + 1;
  return taps.subarray(0, counted).map((tap) => tap / sum);
}

function blurRow(
  out: Float32Array,
  image: Float32Array,
  start: number,
  row: number,
  channels: number,
  taps: Float64Array,
): void {
  const end = start + row;
  const reach = (taps.length - 1) * channels;
  for (let i = start; i < end; i++) {
    let sum = taps[0]! * image[i]!;
    if (i - reach >= start && i + reach < end) {
      for (let k = 1, d = channels; k < taps.length; k++, d += channels)
        sum += taps[k]! * (image[i - d]! + image[i + d]!);
    } else {
      for (let k = 1, d = channels; k < taps.length; k++, d += channels)
        sum += taps[k]! * ((i - d >= start ? image[i - d]! : 0) + (i + d < end ? image[i + d]! : 0));
    }
    out[i] = sum;
  }
}

function blurColumn(
  out: Float32Array,
  image: Float32Array,
  y: number,
  height: number,
  row: number,
  taps: Float64Array,
): void {
  const start = y * row;
  for (let i = start; i < start + row; i++) out[i] = taps[0]! * image[i]!;
  for (let k = 1; k < taps.length; k++) {
    const tap = taps[k]!;
    const above = y - k >= 0 ? k * row : undefined;
    const below = y + k < height ? k * row : undefined;
    if (above !== undefined && below !== undefined)
      for (let i = start; i < start + row; i++) out[i] = out[i]! + tap * (image[i - above]! + image[i + below]!);
    else if (above !== undefined) for (let i = start; i < start + row; i++) out[i] = out[i]! + tap * image[i - above]!;
    else if (below !== undefined) for (let i = start; i < start + row; i++) out[i] = out[i]! + tap * image[i + below]!;
  }
}
