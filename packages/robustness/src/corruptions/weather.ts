import { normal, uniform } from '@spatial-ensemble/random';
import { clip, mapped, of, reader, undrawn, type Corruption, type Picture } from './corruption.ts';
import { moved, zoomed } from './filters.ts';

// Strengths as in noises.ts.

/** How dense, and how smooth. */
const FOG = {
  cifar: [[0.2, 3], [0.5, 3], [0.75, 2.5], [1, 2], [1.5, 1.75]],
  imagenet: [[1.5, 2], [2, 2], [2.5, 1.7], [2.5, 1.5], [3, 1.4]],
} as const; // prettier-ignore
/** Mean and deviation of flakes, how large, how few, length and deviation of their fall, share of the picture. */
const SNOW = {
  cifar: [
    [0.1, 0.2, 1, 0.6, 8, 3, 0.95],
    [0.1, 0.2, 1, 0.5, 10, 4, 0.9],
    [0.15, 0.3, 1.75, 0.55, 10, 4, 0.9],
    [0.25, 0.3, 2.25, 0.6, 12, 6, 0.85],
    [0.3, 0.3, 1.25, 0.65, 14, 12, 0.8],
  ],
  imagenet: [
    [0.1, 0.3, 3, 0.5, 10, 4, 0.8],
    [0.2, 0.3, 2, 0.5, 12, 4, 0.7],
    [0.55, 0.3, 4, 0.9, 12, 8, 0.7],
    [0.55, 0.3, 4.5, 0.85, 12, 8, 0.65],
    [0.55, 0.3, 2.5, 0.85, 12, 12, 0.55],
  ],
} as const;

export const fog: Corruption = {
  draw: (key, { height, width, channels }) => ({
    ...undrawn(),
    uniforms: uniform(key, powerOf2(Math.max(height, width, channels)) ** 2),
  }),
  apply(picture, drawn, strength) {
    const [density, decay] = of<readonly [number, number]>(strength, FOG);
    const { height, width, channels, values } = picture;
    const side = powerOf2(Math.max(height, width, channels));
    const plasma = plasmaFractal(side, decay, reader(drawn.uniforms));
    const most = values.reduce((a, b) => Math.max(a, b), 0);
    return mapped(picture, (value, i) => {
      const pixel = Math.floor(i / channels);
      // `]!`: the fractal is as large as the image at least.
      const mist = plasma[Math.floor(pixel / width) * side + (pixel % width)]!;
      return ((value + density * mist) * most) / (most + density);
    });
  },
};

function powerOf2(value: number): number {
  return 2 ** Math.ceil(Math.log2(value));
}

/**
 * Heights from 0 to 1 by the diamond-square algorithm, which wraps around. `]!`: places are taken modulo the side.
 *
 * @param next uniforms from 0 to 1
 */
function plasmaFractal(side: number, decay: number, next: () => number): Float64Array {
  const map = new Float64Array(side * side);
  const at = (y: number, x: number): number => ((y + side) % side) * side + ((x + side) % side);
  let wibble = 100;
  for (let step = side; step >= 2; step /= 2) {
    const half = step / 2;
    const mean = (sum: number): number => sum / 4 + wibble * (-wibble + 2 * wibble * next());
    const each = (y0: number, x0: number, sum: (y: number, x: number) => number): void => {
      for (let y = y0; y < side; y += step) for (let x = x0; x < side; x += step) map[at(y, x)] = mean(sum(y, x));
    };
    const value = (y: number, x: number): number => map[at(y, x)]!;
    const corners = (y: number, x: number): number =>
      value(y - half, x - half) + value(y + half, x - half) + (value(y - half, x + half) + value(y + half, x + half));
    const sides = (y: number, x: number): number =>
      value(y, x + half) + value(y, x - half) + (value(y - half, x) + value(y + half, x));
    each(half, half, corners);
    each(0, half, sides);
    each(half, 0, sides);
    wibble /= decay;
  }
  const least = map.reduce((a, b) => Math.min(a, b), Infinity);
  const most = map.reduce((a, b) => Math.max(a, b), -Infinity) - least;
  return map.map((height) => (height - least) / most);
}

export const snow: Corruption = {
  draw: (key, { height, width }) => ({
    normals: normal(key.fold('flakes'), height * width),
    uniforms: uniform(key.fold('angle'), 1),
  }),
  apply(picture, drawn, strength) {
    const { height, width, channels, values } = picture;
    const [mean, deviation, zoom, least, radius, sigma, share] = of<readonly number[]>(strength, SNOW) as SnowNumbers;
    const flakes: Picture = {
      height,
      width,
      channels: 1,
      values: Float64Array.from(drawn.normals, (value) => mean + deviation * value),
    };
    const large = zoomed(flakes, zoom);
    const few = { ...large, values: large.values.map((value) => (value < least ? 0 : clip(value))) };
    const fallen = moved(few, radius, sigma, -135 + 90 * reader(drawn.uniforms)()).map(
      (value) => Math.round(value * 255) / 255,
    );
    // `]!`: the flakes are as large as the image at least.
    const flake = (y: number, x: number): number => fallen[y * large.width + x]!;
    return mapped(picture, (value, i) => {
      const pixel = Math.floor(i / channels);
      const [y, x] = [Math.floor(pixel / width), pixel % width];
      const bright = Math.max(value, luma(values, pixel, channels) * 1.5 + 0.5);
      const whitened = Math.fround(share * value + (1 - share) * bright);
      return whitened + flake(y, x) + flake(height - 1 - y, width - 1 - x);
    });
  },
};
type SnowNumbers = [number, number, number, number, number, number, number];

/** OpenCV's grey of a pixel. */
function luma(values: Float64Array, pixel: number, channels: number): number {
  // `]!`: a pixel has as many values as channels.
  if (channels === 1) return values[pixel]!;
  const [r, g, b] = [values[3 * pixel]!, values[3 * pixel + 1]!, values[3 * pixel + 2]!];
  return 0.299 * r + 0.587 * g + 0.114 * b;
}
