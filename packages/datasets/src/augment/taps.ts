import type { Interpolation } from './spec.ts';

/** What each pixel of a resized row or column is made of: a run of source pixels and their weights. */
export interface Taps {
  /** The first source pixel of each. */
  readonly starts: Int32Array;
  /** Source pixels of each, at most `most`. */
  readonly counts: Int32Array;
  /** `[n, most]`: the weights, in units of 2^-22. */
  readonly weights: Int32Array;
  readonly most: number;
}

/** The bits behind the binary point of a weight. */
export const WEIGHT_BITS = 22;

const FILTERS: { readonly [name in Interpolation]: { readonly support: number; readonly at: (x: number) => number } } =
  {
    bilinear: { support: 1, at: (x) => Math.max(0, 1 - Math.abs(x)) },
    bicubic: { support: 2, at: (x) => keys(Math.abs(x)) },
  };

/** Keys' cubic with a = -0.5. */
function keys(x: number): number {
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * -0.5 : 0;
}

/**
 * How Pillow 13.0.0 resizes `size` pixels to `outSize`, in fixed point (src/libImaging/Resample.c,
 * `precompute_coeffs` and `normalize_coeffs_8bpc`): the filter is as wide as the ratio of the sizes when the image
 * becomes smaller.
 */
export function pillowTaps(size: number, outSize: number, interpolation: Interpolation): Taps {
  const { support, at } = FILTERS[interpolation];
  const ratio = size / outSize;
  const stretch = Math.max(ratio, 1);
  const reach = support * stretch;
  const most = Math.ceil(reach) * 2 + 1;
  const starts = new Int32Array(outSize);
  const counts = new Int32Array(outSize);
  const weights = new Int32Array(outSize * most);
  const run = new Float64Array(most);
  for (let i = 0; i < outSize; i++) {
    const center = (i + 0.5) * ratio;
    const start = Math.max(0, Math.trunc(center - reach + 0.5));
    const count = Math.min(size, Math.trunc(center + reach + 0.5)) - start;
    let sum = 0;
    for (let j = 0; j < count; j++) sum += run[j] = at((j + start - center + 0.5) * (1 / stretch));
    for (let j = 0; j < count; j++) {
      const weight = (sum === 0 ? run[j]! : run[j]! / sum) * 2 ** WEIGHT_BITS;
      weights[i * most + j] = Math.trunc(weight < 0 ? weight - 0.5 : weight + 0.5);
    }
    starts[i] = start;
    counts[i] = count;
  }
  return { starts, counts, weights, most };
}
