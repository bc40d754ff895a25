import { uniform } from '@spatial-ensemble/random';
import { mapped, of, reader, toBytes, undrawn, type Corruption, type Picture } from './corruption.ts';
import { filtered, gaussian, mirrored, moved, zoomed } from './filters.ts';

// Strengths as in noises.ts.

const GAUSSIAN = { cifar: [0.4, 0.6, 0.7, 0.8, 1], imagenet: [1, 2, 3, 4, 6] };
const DEFOCUS = {
  cifar: [[0.3, 0.4], [0.4, 0.5], [0.5, 0.6], [1, 0.2], [1.5, 0.1]],
  imagenet: [[3, 0.1], [4, 0.5], [6, 0.5], [8, 0.5], [10, 0.5]],
} as const; // prettier-ignore
/** Deviation, pixels that a place moves, times. */
const GLASS = {
  cifar: [[0.05, 1, 1], [0.25, 1, 1], [0.4, 1, 1], [0.25, 1, 2], [0.4, 1, 2]],
  imagenet: [[0.7, 1, 2], [0.9, 2, 1], [1, 2, 3], [1.1, 3, 2], [1.5, 4, 2]],
} as const; // prettier-ignore
/** Radius, deviation. */
const MOTION = {
  cifar: [[6, 1], [6, 1.5], [6, 2], [8, 2], [9, 2.5]],
  imagenet: [[10, 3], [15, 5], [15, 8], [15, 12], [20, 15]],
} as const; // prettier-ignore
/** Up to which factor, and how far from one to the next. */
const ZOOM = {
  cifar: [[1.06, 0.01], [1.11, 0.01], [1.16, 0.01], [1.21, 0.01], [1.26, 0.01]],
  imagenet: [[1.11, 0.01], [1.16, 0.01], [1.21, 0.02], [1.26, 0.02], [1.31, 0.03]],
} as const; // prettier-ignore

export const gaussianBlur: Corruption = {
  draw: undrawn,
  apply(picture, _, strength) {
    const sigma = of(strength, GAUSSIAN);
    return toBytes(gaussian(picture, [sigma, sigma]));
  },
};

export const defocusBlur: Corruption = {
  draw: undrawn,
  apply(picture, _, strength) {
    const [radius, alias] = of<readonly [number, number]>(strength, DEFOCUS);
    return toBytes(filtered(picture, disk(radius, alias)));
  },
};

/** A disk whose border is smoothed by a Gaussian of 3 x 3 or 5 x 5 taps, as OpenCV's `GaussianBlur` does it. */
function disk(radius: number, alias: number): Float64Array {
  const [reach, smooth] = radius <= 8 ? [8, 1] : [radius, 2];
  const side = 2 * reach + 1;
  const places = Array.from({ length: side }, (_, i) => i - reach);
  const inside = Float64Array.from(
    places.flatMap((y) => places.map((x) => (x * x + y * y <= radius * radius ? 1 : 0))),
  );
  const area = inside.reduce((sum, one) => sum + one, 0);
  const taps = Float64Array.from({ length: 2 * smooth + 1 }, (_, i) =>
    Math.exp(-((i - smooth) ** 2) / (2 * alias * alias)),
  );
  const sum = taps.reduce((total, tap) => total + tap, 0);
  const out = new Float64Array(side * side);
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++)
      for (let v = -smooth; v <= smooth; v++)
        for (let u = -smooth; u <= smooth; u++)
          // `]!`: mirrored places are within.
          out[y * side + x]! +=
            ((taps[v + smooth]! * taps[u + smooth]!) / (sum * sum)) *
            (inside[mirrored(y + v, side) * side + mirrored(x + u, side)]! / area);
  return out;
}

/** Pixels change places with near ones, between two blurs. */
export const glassBlur: Corruption = {
  draw(key, { height, width }, strength) {
    const [, , times] = of<readonly [number, number, number]>(strength, GLASS);
    return { ...undrawn(), uniforms: uniform(key, 2 * times * height * width) };
  },
  apply(picture, drawn, strength) {
    const { height, width, channels } = picture;
    const [sigma, reach, times] = of<readonly [number, number, number]>(strength, GLASS);
    const next = reader(drawn.uniforms);
    const bytes = gaussian(picture, [sigma, sigma]).map((value) => Math.trunc(value * 255));
    const step = (): number => Math.floor(2 * reach * next()) - reach;
    for (let time = 0; time < times; time++)
      for (let y = height - reach; y > reach; y--)
        for (let x = width - reach; x > reach; x--) {
          const [dx, dy] = [step(), step()];
          const [here, there] = [(y * width + x) * channels, ((y + dy) * width + x + dx) * channels];
          // NumPy's rows are views: the code's exchange of two pixels copies one over the other.
          for (let c = 0; c < channels; c++) bytes[here + c] = bytes[there + c]!;
        }
    const again: Picture = { ...picture, values: bytes.map((value) => value / 255) };
    return toBytes(gaussian(again, [sigma, sigma]));
  },
};

export const motionBlur: Corruption = {
  draw: (key) => ({ ...undrawn(), uniforms: uniform(key, 1) }),
  apply(picture, drawn, strength) {
    const [radius, sigma] = of<readonly [number, number]>(strength, MOTION);
    const angle = -45 + 90 * reader(drawn.uniforms)();
    return moved({ ...picture, values: picture.values.map((value) => Math.round(value * 255)) }, radius, sigma, angle);
  },
};

export const zoomBlur: Corruption = {
  draw: undrawn,
  apply(picture, _, strength) {
    const [most, apart] = of<readonly [number, number]>(strength, ZOOM);
    // As NumPy's arange rounds.
    const step = 1 + apart - 1;
    const factors = Array.from({ length: Math.ceil((most - 1) / apart) }, (_, i) => 1 + i * step);
    const { height, width, channels } = picture;
    const sum = new Float64Array(picture.values.length);
    for (const factor of factors) {
      const large = zoomed(picture, factor);
      for (let y = 0; y < Math.min(height, large.height); y++)
        for (let i = 0; i < Math.min(width, large.width) * channels; i++)
          // `]!`: both are as large at least. In float32, as the code has it.
          sum[y * width * channels + i] = Math.fround(sum[y * width * channels + i]! + Math.fround(large.values[y * large.width * channels + i]!)); // prettier-ignore
    }
    return mapped(picture, (value, i) => Math.fround(Math.fround(Math.fround(value) + sum[i]!) / (factors.length + 1)));
  },
};
