// `]!`: indices stay below the lengths of arrays that are made here; taps are computed for every image anew.

import { room, type Canvas } from './canvas.ts';

/** `torchvision`: with antialiasing, as Pillow does. `deepmind`: TensorFlow's, without. Both bicubics have a = -0.5. */
export type Interpolation = 'bilinear' | 'bicubic';

/** What each pixel of a resized row or column is made of: a run of source pixels and their weights. */
export interface Taps {
  /** The first source pixel of each. */
  readonly starts: Int32Array;
  /** Source pixels of each, at most `most`. */
  readonly counts: Int32Array;
  /** `[n, most]`: the weights, as 32-bit integers in units of 2^-22, or as float32. */
  readonly weights: Int32Array | Float32Array;
  readonly most: number;
}

/** The address of taps, and how many weights each pixel has. */
type TapArguments = readonly [taps: number, most: number];

/** Puts taps where the kernels can read them: starts, counts, weights. */
export function putTaps(canvas: Canvas, all: readonly [Taps, Taps]): readonly [TapArguments, TapArguments] {
  const size = ({ starts, weights }: Taps): number => 4 * (2 * starts.length + weights.length);
  const base = room(canvas, 'taps', size(all[0]) + size(all[1]));
  const put = ({ starts, counts, weights, most }: Taps, at: number): TapArguments => {
    const { buffer } = canvas.arena.memory;
    const countsAt = at + 4 * starts.length;
    const weightsAt = countsAt + 4 * counts.length;
    new Int32Array(buffer, at, starts.length).set(starts);
    new Int32Array(buffer, countsAt, counts.length).set(counts);
    const kind = weights instanceof Int32Array ? Int32Array : Float32Array;
    new kind(buffer, weightsAt, weights.length).set(weights);
    return [at, most];
  };
  return [put(all[0], base), put(all[1], base + size(all[0]))];
}

const WEIGHT_BITS = 22;

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

// tensorflow/core/kernels/image/resize_bicubic_op.cc, `GetWeightsAndIndices`: the cubic is read from a table.
const STEPS = 1024;
const CUBIC = Float32Array.from({ length: 2 * STEPS + 1 }, (_, i) => keys(i / STEPS));

/**
 * How `tf.image.resize` of TensorFlow 2 resizes without antialiasing, in float32, with at most 4 weights each. Bicubic
 * leaves out what lies beyond the image, and the other weights fill its place; bilinear repeats the border.
 */
export function tensorFlowTaps(size: number, outSize: number, interpolation: Interpolation): Taps {
  const taps = { starts: new Int32Array(outSize), counts: new Int32Array(outSize), most: 4 };
  const weights = new Float32Array(4 * outSize);
  const scale = Math.fround(size / outSize);
  for (let i = 0; i < outSize; i++) {
    const at = Math.fround(Math.fround((i + 0.5) * scale) - 0.5);
    const whole = Math.floor(at);
    const rest = Math.fround(at - whole);
    const [start, run] = interpolation === 'bicubic' ? bicubicRun(whole, rest, size) : bilinearRun(whole, rest, size);
    taps.starts[i] = start;
    taps.counts[i] = run.length;
    weights.set(run, 4 * i);
  }
  return { ...taps, weights };
}

type Run = readonly [start: number, weights: readonly number[]];

function bicubicRun(whole: number, rest: number, size: number): Run {
  // lrintf, whose ties go to the even number; the table is too fine for that to be seen.
  const at = Math.round(rest * STEPS);
  const all = [CUBIC[STEPS + at]!, CUBIC[at]!, CUBIC[STEPS - at]!, CUBIC[2 * STEPS - at]!];
  const from = Math.max(0, 1 - whole);
  const weights = all.slice(from, Math.min(4, size + 1 - whole));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return [whole - 1 + from, weights.map((weight) => weight / sum)];
}

function bilinearRun(whole: number, rest: number, size: number): Run {
  return whole < 0 || whole + 1 >= size ? [Math.max(0, whole), [1]] : [whole, [1 - rest, rest]];
}
