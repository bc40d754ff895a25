import { uniform } from '@spatial-ensemble/random';
import { clip, mapped, of, reader, toBytes, undrawn, type Corruption, type Picture } from './corruption.ts';
import { gaussian, mirrored, placed } from './filters.ts';
import { jpeg } from './jpeg.ts';
import { boxResized, nearestResized } from './resizes.ts';

// Strengths as in noises.ts.

const BRIGHTNESS = { cifar: [0.05, 0.1, 0.15, 0.2, 0.3], imagenet: [0.1, 0.2, 0.3, 0.4, 0.5] };
const CONTRAST = { cifar: [0.75, 0.5, 0.4, 0.3, 0.15], imagenet: [0.4, 0.3, 0.2, 0.1, 0.05] };
/** Saturation is multiplied by, and added to. */
const SATURATE = {
  cifar: [[0.3, 0], [0.1, 0], [1.5, 0], [2, 0.1], [2.5, 0.2]],
  imagenet: [[0.3, 0], [0.1, 0], [2, 0], [5, 0.1], [20, 0.2]],
} as const; // prettier-ignore
const PIXELATE = { cifar: [0.95, 0.9, 0.85, 0.75, 0.65], imagenet: [0.6, 0.5, 0.4, 0.3, 0.25] };
const JPEG = { cifar: [80, 65, 58, 50, 40], imagenet: [25, 18, 15, 10, 7] };
/** Of CIFAR-10-C, as shares of the side: how far pixels move, how smoothly, how far three corners do. */
const ELASTIC_CIFAR = [[0, 0, 0.08], [0.05, 0.2, 0.07], [0.08, 0.06, 0.06], [0.1, 0.04, 0.05], [0.1, 0.03, 0.03]] as const; // prettier-ignore
/**
 * DEVIATION (none): imagecorruptions 1.1.2's, which moves pixels alone; ImageNet-C's own strengths (make_imagenet_c.py) are others,
 * and three corners move first.
 */
const ELASTIC_IMAGENET = [12.5, 16.25, 21.25, 25, 30] as const;

export const brightness: Corruption = {
  draw: undrawn,
  apply(picture, _, strength) {
    const added = of(strength, BRIGHTNESS);
    return picture.channels === 1
      ? mapped(picture, (value) => value + added)
      : overHsv(picture, ([h, s, v]) => [h, s, clip(v + added)]);
  },
};

/** Grey images stay as they are. */
export const saturate: Corruption = {
  draw: undrawn,
  apply(picture, _, strength) {
    const [times, added] = of<readonly [number, number]>(strength, SATURATE);
    if (picture.channels === 1) return toBytes(picture.values);
    return overHsv(picture, ([h, s, v]) => [h, clip(s * times + added), v]);
  },
};

type Triple = readonly [number, number, number];

/** Hue, saturation and value as scikit-image has them, each from 0 to 1. `]!`: a pixel has three values. */
function overHsv({ values }: Picture, change: (hsv: Triple) => Triple): Float64Array {
  const out = new Float64Array(values.length);
  for (let i = 0; i < values.length; i += 3) {
    const rgb: Triple = [values[i]!, values[i + 1]!, values[i + 2]!];
    out.set(hsvToRgb(change(rgbToHsv(rgb))), i);
  }
  return toBytes(out);
}

function rgbToHsv([r, g, b]: Triple): Triple {
  const v = Math.max(r, g, b);
  const delta = v - Math.min(r, g, b);
  if (delta === 0) return [0, 0, v];
  // Where two are the largest, the last of them says.
  const sixths = b === v ? 4 + (r - g) / delta : g === v ? 2 + (b - r) / delta : (g - b) / delta;
  const turns = sixths / 6;
  return [turns - Math.floor(turns), delta / v, v];
}

function hsvToRgb([h, s, v]: Triple): Triple {
  const sector = Math.floor(h * 6);
  const f = h * 6 - sector;
  const [p, q, t] = [v * (1 - s), v * (1 - f * s), v * (1 - (1 - f) * s)];
  const sectors: readonly Triple[] = [[v, t, p], [q, v, p], [p, v, t], [p, q, v], [t, p, v], [v, p, q]]; // prettier-ignore
  return sectors[sector % 6]!;
}

export const contrast: Corruption = {
  draw: undrawn,
  apply(picture, _, strength) {
    const share = of(strength, CONTRAST);
    const { values, channels } = picture;
    // `]!`: a mean for each channel.
    const means = Array.from({ length: channels }, (_, c) => {
      let sum = 0;
      for (let i = c; i < values.length; i += channels) sum += values[i]!;
      return (sum * channels) / values.length;
    });
    return mapped(picture, (value, i) => (value - means[i % channels]!) * share + means[i % channels]!);
  },
};

export const pixelate: Corruption = {
  draw: undrawn,
  apply(picture, _, strength) {
    const share = of(strength, PIXELATE);
    const { height, width } = picture;
    const bytes = { ...picture, values: picture.values.map((value) => Math.round(value * 255)) };
    const small = boxResized(bytes, Math.trunc(height * share), Math.trunc(width * share));
    return (strength.style === 'cifar' ? boxResized : nearestResized)(small, height, width).values;
  },
};

export const jpegCompression: Corruption = {
  draw: undrawn,
  apply: (picture, _, strength) => jpeg(picture, of(strength, JPEG)),
};

export const elasticTransform: Corruption = {
  draw: (key, { height, width }) => ({ ...undrawn(), uniforms: uniform(key, 6 + 2 * height * width) }),
  apply(picture, drawn, strength) {
    const { height, width } = picture;
    const next = reader(drawn.uniforms);
    if (strength.style === 'imagenet') {
      // `]!`: severities are 1 to 5.
      const alpha = ELASTIC_IMAGENET[strength.severity - 1]!;
      const reach = height * 0.005;
      const how = { sigma: [height * 0.01, width * 0.01], alpha, reach } as const;
      return elastic(picture, shifts(picture, how, next), shifts(picture, how, next));
    }
    const [alpha, sigma, corners] = ELASTIC_CIFAR[strength.severity - 1]!.map((share) => share * height) as [number, number, number]; // prettier-ignore
    const warped = { ...picture, values: affine(picture, corners, next).map((value) => value / 255) };
    const how = { sigma: [sigma, sigma], alpha, reach: 1 } as const;
    return elastic(warped, shifts(warped, how, next), shifts(warped, how, next));
  },
};

/** How far every pixel moves one way. */
function shifts(
  { height, width }: Picture,
  {
    sigma,
    alpha,
    reach,
  }: { readonly sigma: readonly [number, number]; readonly alpha: number; readonly reach: number },
  next: () => number,
): Float64Array {
  const values = Float64Array.from({ length: height * width }, () => -reach + 2 * reach * next());
  if (alpha === 0) return values.fill(0);
  const smooth = gaussian({ values, height, width, channels: 1 }, sigma, { beyond: 'reflect', truncate: 3 });
  return smooth.map((value) => Math.fround(value * alpha));
}

/** Every pixel from where it was, bilinear; mirrored beyond the borders. `]!`: places are within. */
function elastic(picture: Picture, dx: Float64Array, dy: Float64Array): Float64Array {
  const { values, height, width, channels } = picture;
  return mapped(picture, (_, i) => {
    const [pixel, c] = [Math.floor(i / channels), i % channels];
    const [y, x] = [Math.floor(pixel / width) + dy[pixel]!, (pixel % width) + dx[pixel]!];
    const [top, left] = [Math.floor(y), Math.floor(x)];
    const [down, right] = [y - top, x - left];
    const value = (row: number, column: number): number =>
      values[(placed(row, height, 'reflect') * width + placed(column, width, 'reflect')) * channels + c]!;
    return (
      (1 - down) * ((1 - right) * value(top, left) + right * value(top, left + 1)) +
      down * ((1 - right) * value(top + 1, left) + right * value(top + 1, left + 1))
    );
  });
}

/**
 * Three corners of a square in the middle move, and all else with them: `warpAffine` of OpenCV 5, as parts of a byte.
 * Before that it rounded places to 32nds of a pixel.
 */
function affine(picture: Picture, reach: number, next: () => number): Float64Array {
  const { values, height, width, channels } = picture;
  // The code takes the centre as (height, width) where OpenCV has x in front; images here are squares mostly.
  const [cx, cy] = [Math.floor(height / 2), Math.floor(width / 2)];
  const side = Math.floor(Math.min(height, width) / 3);
  const from: readonly (readonly [number, number])[] = [[cx + side, cy + side], [cx + side, cy - side], [cx - side, cy - side]]; // prettier-ignore
  const to = from.map(([x, y]) => [x + (2 * next() - 1) * reach, y + (2 * next() - 1) * reach] as const);
  // OpenCV maps back: where a pixel of the outcome comes from.
  const [ax, bx, ox] = solved(to, from.map(([x]) => x)); // prettier-ignore
  const [ay, by, oy] = solved(to, from.map(([, y]) => y)); // prettier-ignore
  return mapped(picture, (_, i) => {
    const [pixel, c] = [Math.floor(i / channels), i % channels];
    const [y, x] = [Math.floor(pixel / width), pixel % width];
    const [sx, sy] = [ax * x + bx * y + ox, ay * x + by * y + oy];
    const [top, left] = [Math.floor(sy), Math.floor(sx)];
    const [down, right] = [sy - top, sx - left];
    // `]!`: mirrored places are within.
    const value = (row: number, column: number): number =>
      values[(mirrored(row, height) * width + mirrored(column, width)) * channels + c]!;
    return (
      (1 - down) * ((1 - right) * value(top, left) + right * value(top, left + 1)) +
      down * ((1 - right) * value(top + 1, left) + right * value(top + 1, left + 1))
    );
  });
}

/** a, b, o with a x + b y + o = target at three points, by Cramer's rule. */
function solved(points: readonly (readonly [number, number])[], targets: readonly number[]): Triple {
  const [[x1, y1], [x2, y2], [x3, y3]] = points as readonly [Point, Point, Point];
  const [t1, t2, t3] = targets as readonly [number, number, number];
  const determinant = x1 * (y2 - y3) - y1 * (x2 - x3) + (x2 * y3 - x3 * y2);
  const a = (t1 * (y2 - y3) - y1 * (t2 - t3) + (t2 * y3 - t3 * y2)) / determinant;
  const b = (x1 * (t2 - t3) - t1 * (x2 - x3) + (x2 * t3 - x3 * t2)) / determinant;
  return [a, b, t1 - a * x1 - b * y1];
}
type Point = readonly [number, number];
