import type { Picture } from './corruption.ts';

// `]!` throughout: places are within the arrays that are made for them, or cut to them.

/** How a line goes on beyond its ends, as SciPy calls it: its last value, or mirrored with that twice. */
export type Beyond = 'nearest' | 'reflect';

/** A place beyond a line's ends, on the line. */
export function placed(at: number, length: number, beyond: Beyond): number {
  if (at >= 0 && at < length) return at;
  if (beyond === 'nearest') return at < 0 ? 0 : length - 1;
  const period = 2 * length;
  const within = ((at % period) + period) % period;
  return within < length ? within : period - 1 - within;
}

/** SciPy's weights of a Gaussian, `truncate` deviations to each side: from its middle on. */
function gaussianTaps(sigma: number, truncate: number): Float64Array {
  const radius = Math.trunc(truncate * sigma + 0.5);
  const taps = Float64Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp((-0.5 / (sigma * sigma)) * (i - radius) ** 2),
  );
  const sum = taps.reduce((total, tap) => total + tap, 0);
  return taps.map((tap) => tap / sum);
}

/** `scipy.ndimage.gaussian_filter` of height and width, as scikit-image's `gaussian` calls it. */
export function gaussian(
  picture: Picture,
  [down, across]: readonly [down: number, across: number],
  { beyond = 'nearest', truncate = 4 }: { readonly beyond?: Beyond; readonly truncate?: number } = {},
): Float64Array {
  const { height, width, channels } = picture;
  const row = width * channels;
  const columns = along(picture.values, gaussianTaps(down, truncate), {
    length: height,
    step: row,
    lines: row,
    beyond,
  });
  const out = new Float64Array(columns.length);
  const taps = gaussianTaps(across, truncate);
  for (let y = 0; y < height; y++) {
    const line = columns.subarray(y * row, (y + 1) * row);
    out.set(along(line, taps, { length: width, step: channels, lines: channels, beyond }), y * row);
  }
  return out;
}

/** Correlates every line of `length` values that lie `step` apart; the lines begin at 0 … lines − 1. */
function along(
  values: Float64Array,
  taps: Float64Array,
  { length, step, lines, beyond }: { readonly length: number; readonly step: number; readonly lines: number; readonly beyond: Beyond }, // prettier-ignore
): Float64Array {
  const out = new Float64Array(values.length);
  const radius = (taps.length - 1) / 2;
  for (let i = 0; i < length; i++)
    for (let k = -radius; k <= radius; k++) {
      const from = placed(i + k, length, beyond) * step;
      const tap = taps[k + radius]!;
      for (let line = 0; line < lines; line++) out[i * step + line]! += tap * values[from + line]!;
    }
  return out;
}

/** OpenCV's `filter2D` with a square kernel: correlation, mirrored beyond the borders without the border twice. */
export function filtered({ values, height, width, channels }: Picture, kernel: Float64Array): Float64Array {
  const side = Math.round(Math.sqrt(kernel.length));
  const radius = (side - 1) / 2;
  const out = new Float64Array(values.length);
  for (let y = 0; y < height; y++)
    for (let v = -radius; v <= radius; v++) {
      const row = mirrored(y + v, height) * width;
      for (let u = -radius; u <= radius; u++) {
        const tap = kernel[(v + radius) * side + u + radius]!;
        if (tap === 0) continue;
        for (let x = 0; x < width; x++) {
          const from = (row + mirrored(x + u, width)) * channels;
          const to = (y * width + x) * channels;
          for (let c = 0; c < channels; c++) out[to + c]! += tap * values[from + c]!;
        }
      }
    }
  return out;
}

/** OpenCV's reflection 101: gfedcb|abcdefgh|gfedcba. */
export function mirrored(at: number, length: number): number {
  if (length === 1) return 0;
  const period = 2 * length - 2;
  const within = ((at % period) + period) % period;
  return within < length ? within : period - within;
}

/** `scipy.ndimage.zoom` of height and width by a factor, bilinear, of the middle 1/factor of a picture. */
export function zoomed(picture: Picture, factor: number): Picture {
  const { values, height, width, channels } = picture;
  const [rows, columns] = [height, width].map((side) => {
    const part = Math.ceil(side / factor);
    return { from: Math.floor((side - part) / 2), part, out: roundHalfEven(part * factor) };
  }) as [Zoom, Zoom];
  const out = new Float64Array(rows.out * columns.out * channels);
  const across = Array.from({ length: columns.out }, (_, x) => between(x, columns));
  for (let y = 0; y < rows.out; y++) {
    const down = between(y, rows);
    for (let x = 0; x < columns.out; x++) {
      const to = (y * columns.out + x) * channels;
      const right = across[x]!;
      // Beyond the last value by a rounding error is beyond the picture, which is black.
      if (down === undefined || right === undefined) continue;
      for (let c = 0; c < channels; c++) {
        const value = (row: number, column: number): number =>
          values[((rows.from + row) * width + columns.from + column) * channels + c]!;
        out[to + c] =
          (1 - down.share) * ((1 - right.share) * value(down.at, right.at) + right.share * value(down.at, right.next)) +
          down.share * ((1 - right.share) * value(down.next, right.at) + right.share * value(down.next, right.next));
      }
    }
  }
  return { values: out, height: rows.out, width: columns.out, channels };
}

interface Zoom {
  readonly from: number;
  readonly part: number;
  readonly out: number;
}

function between(at: number, { part, out }: Zoom) {
  const place = at * (out > 1 ? (part - 1) / (out - 1) : 1);
  if (place > part - 1) return undefined;
  const low = Math.floor(place);
  return { at: low, next: Math.min(low + 1, part - 1), share: place - low };
}

/** Python's `round`. */
function roundHalfEven(value: number): number {
  const low = Math.floor(value);
  if (value - low !== 0.5) return Math.round(value);
  return low % 2 === 0 ? low : low + 1;
}

/**
 * The blur of a movement (imagecorruptions 1.1.2 `_motion_blur`): half a Gaussian, laid along a line of whole pixels; the
 * border goes on beyond it.
 */
export function moved(picture: Picture, radius: number, sigma: number, degrees: number): Float64Array {
  const { values, height, width, channels } = picture;
  const taps = Float64Array.from({ length: 2 * radius + 1 }, (_, i) => Math.exp(-(i * i) / (2 * sigma * sigma)));
  const sum = taps.reduce((total, tap) => total + tap, 0);
  const turn = (degrees * Math.PI) / 180;
  const out = new Float64Array(values.length);
  for (let i = 0; i < taps.length; i++) {
    const [dy, dx] = [Math.sin(turn), Math.cos(turn)].map((share) => -Math.ceil(i * share - 0.5)) as [number, number];
    if (Math.abs(dy) >= height || Math.abs(dx) >= width) break;
    const tap = taps[i]! / sum;
    for (let y = 0; y < height; y++) {
      const row = placed(y - dy, height, 'nearest') * width;
      for (let x = 0; x < width; x++) {
        const from = (row + placed(x - dx, width, 'nearest')) * channels;
        const to = (y * width + x) * channels;
        for (let c = 0; c < channels; c++) out[to + c]! += tap * values[from + c]!;
      }
    }
  }
  return out;
}
