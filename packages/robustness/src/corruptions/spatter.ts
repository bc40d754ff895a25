import { normal } from '@spatial-ensemble/random';
import { clip, of, undrawn, type Corruption, type Picture } from './corruption.ts';
import { distances, edges, type Bytes } from './edges.ts';
import { gaussian, mirrored } from './filters.ts';

// Strengths as in noises.ts. Numbers are rounded to float32 where the code has them so: what is behind the point of a byte
// is dropped. `]!` throughout: planes are as large as the picture, and places mirrored into it.

/** Mean and deviation of the liquid, how smooth it is, from where on it is seen, how much of it (water) or how smooth its border is (mud). */
const SPATTER = {
  cifar: [
    [0.62, 0.1, 0.7, 0.7, 0.5, 'water'],
    [0.65, 0.1, 0.8, 0.7, 0.5, 'water'],
    [0.65, 0.3, 1, 0.69, 0.5, 'water'],
    [0.65, 0.1, 0.7, 0.69, 0.6, 'mud'],
    [0.65, 0.1, 0.5, 0.68, 0.6, 'mud'],
  ],
  imagenet: [
    [0.65, 0.3, 4, 0.69, 0.6, 'water'],
    [0.65, 0.3, 3, 0.68, 0.6, 'water'],
    [0.65, 0.3, 2, 0.68, 0.5, 'water'],
    [0.65, 0.3, 1, 0.65, 1.5, 'mud'],
    [0.67, 0.4, 1, 0.65, 1.5, 'mud'],
  ],
} as const;
type Spatter = readonly [number, number, number, number, number, 'water' | 'mud'];

/** Pale turquoise, and brown. */
const COLOURS = { water: [175, 238, 238], mud: [63, 42, 20] } as const;
/** scikit-image's grey of red, green and blue. */
const GREY = [0.2125, 0.7154, 0.0721] as const;
const { fround } = Math;

export const spatter: Corruption = {
  draw: (key, { height, width }) => ({ ...undrawn(), normals: normal(key, height * width) }),
  apply(picture, drawn, strength) {
    const [mean, deviation, sigma, least, last, liquid] = of<Spatter>(strength, SPATTER);
    const { height, width } = picture;
    const values = Float64Array.from(drawn.normals.subarray(0, height * width), (value) => mean + deviation * value);
    const plane: Picture = { values, height, width, channels: 1 };
    const seen = gaussian(plane, [sigma, sigma]).map((value) => (value < least ? 0 : value));
    if (liquid === 'mud') return muddy(picture, borders({ ...plane, values: seen.map((value) => (value > least ? 1 : 0)) }, last)); // prettier-ignore
    // As NumPy casts.
    return wet(picture, drops({ values: Uint8Array.from(seen, (value) => Math.trunc(value * 255)), height, width }, last)); // prettier-ignore
  },
};

/** How much mud there is in every pixel. */
function borders(mud: Picture, sigma: number): Float64Array {
  return gaussian(mud, [sigma, sigma]).map((value) => (fround(value) < fround(0.8) ? 0 : fround(value)));
}

function muddy(picture: Picture, mud: Float64Array): Float64Array {
  return picture.values.map((value, i) => {
    const share = mud[Math.floor(i / picture.channels)]!;
    const left = fround(fround(value) * fround(1 - share));
    return clip(left + share * colourOf('mud', picture, i)) * 255;
  });
}

/** How much water there is in every pixel, brightest where it bulges. */
function drops({ values, height, width }: Bytes, share: number): Float64Array {
  const away = distances(edges({ values, height, width }, 50, 150), height, width, 20);
  const near = boxes(away, height, width).map((value) => Math.trunc(fround(value)));
  const bulging = embossed(equalised(Uint8Array.from(near)), height, width);
  const lit = boxes(bulging, height, width).map((value, i) => values[i]! * Math.round(value));
  const most = lit.reduce((a, b) => Math.max(a, b), 0);
  // DEVIATION (none): where there is no water imagecorruptions divides by 0, and the picture is black.
  return lit.map((value) => (most === 0 ? 0 : fround(fround(value / most) * fround(share))));
}

function wet(picture: Picture, water: Float64Array): Float64Array {
  return picture.values.map((value, i) => {
    const added = fround(water[Math.floor(i / picture.channels)]! * fround(colourOf('water', picture, i)));
    return fround(clip(fround(fround(value) + added)) * 255);
  });
}

/** What the colour of a liquid has at a place of a picture's values, 0 to 1. */
function colourOf(liquid: keyof typeof COLOURS, { channels }: Picture, i: number): number {
  const colour = COLOURS[liquid];
  return (channels === 1 ? GREY.reduce((sum, share, c) => sum + share * colour[c]!, 0) : colour[i % channels]!) / 255;
}

/** Means of 3 x 3. */
function boxes(values: ArrayLike<number>, height: number, width: number): Float64Array {
  return around(values, height, width, [1, 1, 1, 1, 1, 1, 1, 1, 1]).map((sum) => sum * (1 / 9));
}

/** Lit from the lower right. */
function embossed(values: Uint8Array, height: number, width: number): Uint8Array {
  const sums = around(values, height, width, [-2, -1, 0, -1, 1, 1, 0, 1, 2]);
  return Uint8Array.from(sums, (sum) => Math.min(255, Math.max(0, sum)));
}

/** Sums of 3 x 3, mirrored beyond the borders. */
function around(values: ArrayLike<number>, height: number, width: number, taps: readonly number[]): Float64Array {
  return Float64Array.from({ length: height * width }, (_, i) => {
    const [y, x] = [Math.floor(i / width), i % width];
    return taps.reduce((sum, tap, k) => {
      const [row, column] = [mirrored(y + Math.floor(k / 3) - 1, height), mirrored(x + (k % 3) - 1, width)];
      return sum + tap * values[row * width + column]!;
    }, 0);
  });
}

/** OpenCV's `equalizeHist`: so that each level has as many pixels, as far as that can be. */
function equalised(values: Uint8Array): Uint8Array {
  const counts = new Float64Array(256);
  for (const value of values) counts[value]! += 1;
  const first = counts.findIndex((count) => count > 0);
  const others = values.length - counts[first]!;
  if (others === 0) return values;
  const scale = fround(255 / fround(others));
  let sum = 0;
  const levels = counts.map((count, level) => (level <= first ? 0 : Math.round(fround((sum += count) * scale))));
  return values.map((value) => levels[value]!);
}
