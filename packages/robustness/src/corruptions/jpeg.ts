import { fromCosines, toCosines } from './cosines.ts';
import type { Picture } from './corruption.ts';

// What of a picture JPEG loses: colours halved in both directions (4:2:0), cosines of 8 x 8 pixels quantised. Its codes
// lose nothing, and are left out. `]!`: blocks lie within planes that are padded to hold them.

const LUMA = [
  16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87,
  80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92,
  95, 98, 112, 100, 103, 99,
] as const; // prettier-ignore
const CHROMA = [
  17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99, 99, 99,
  99, 99, ...new Array<number>(32).fill(99),
]; // prettier-ignore

interface Plane {
  readonly values: Float64Array;
  readonly height: number;
  readonly width: number;
}

/** x · 65,536 as libjpeg has it. */
const fixed = (value: number): number => Math.round(value * 65_536);
const shifted = (value: number): number => Math.floor(value / 65_536);
const HALF = 32_768;

/**
 * A picture (0 to 1) after it was saved as a JPEG of a quality and read again, as bytes: Pillow's, whose libjpeg has
 * these tables, 4:2:0, whole numbers throughout, and colours interpolated between their places.
 */
export function jpeg({ values, height, width, channels }: Picture, quality: number): Float64Array {
  const scale = quality < 50 ? Math.trunc(5000 / quality) : 200 - 2 * quality;
  const table = (base: readonly number[]): number[] =>
    base.map((value) => Math.min(255, Math.max(1, Math.trunc((value * scale + 50) / 100))));
  const bytes = values.map((value) => Math.round(value * 255));
  const plane = (of: (at: number) => number): Plane => ({
    height,
    width,
    values: Float64Array.from({ length: height * width }, (_, i) => of(i)),
  });
  if (channels === 1) return quantised(plane((i) => bytes[i]!), table(LUMA)).values; // prettier-ignore
  const mixed = (r: number, g: number, b: number, added: number): Plane =>
    plane((i) => shifted(fixed(r) * bytes[3 * i]! + fixed(g) * bytes[3 * i + 1]! + fixed(b) * bytes[3 * i + 2]! + added)); // prettier-ignore
  const colour = (r: number, g: number, b: number): Float64Array =>
    doubled(quantised(halved(mixed(r, g, b, 128 * 65_536 + HALF - 1)), table(CHROMA)), height, width);
  const luma = quantised(mixed(0.299, 0.587, 0.114, HALF), table(LUMA));
  const cb = colour(-0.16874, -0.33126, 0.5);
  const cr = colour(0.5, -0.41869, -0.08131);
  const out = new Float64Array(values.length);
  for (let i = 0; i < height * width; i++) {
    const [y, b, r] = [luma.values[i]!, cb[i]! - 128, cr[i]! - 128];
    out[3 * i] = byte(y + shifted(fixed(1.402) * r + HALF));
    out[3 * i + 1] = byte(y + shifted(HALF - fixed(0.34414) * b - fixed(0.71414) * r));
    out[3 * i + 2] = byte(y + shifted(fixed(1.772) * b + HALF));
  }
  return out;
}

function byte(value: number): number {
  return Math.min(255, Math.max(0, value));
}

/** A value of a plane, whose last row and column go on beyond it. */
function at({ values, height, width }: Plane, y: number, x: number): number {
  return values[Math.min(y, height - 1) * width + Math.min(x, width - 1)]!;
}

/** A plane whose cosines were quantised. */
function quantised(plane: Plane, table: readonly number[]): Plane {
  const { height, width } = plane;
  const [rows, columns] = [height, width].map((side) => Math.ceil(side / 8) * 8) as [number, number];
  const out = new Float64Array(height * width);
  const block = new Float64Array(64);
  for (let top = 0; top < rows; top += 8)
    for (let left = 0; left < columns; left += 8) {
      for (let i = 0; i < 64; i++) block[i] = at(plane, top + (i >> 3), left + (i & 7)) - 128;
      toCosines(block);
      block.forEach((value, i) => {
        const size = 8 * table[i]!;
        const times = Math.floor((Math.abs(value) + size / 2) / size);
        block[i] = Math.sign(value) * times * table[i]!;
      });
      fromCosines(block);
      block.forEach((value, i) => {
        const [y, x] = [top + (i >> 3), left + (i & 7)];
        if (y < height && x < width) out[y * width + x] = byte(value + 128);
      });
    }
  return { values: out, height, width };
}

/** Means of four, rounded down and up in turn along a row (libjpeg jcsample.c h2v2_downsample). */
function halved(plane: Plane): Plane {
  const [height, width] = [Math.ceil(plane.height / 2), Math.ceil(plane.width / 2)];
  const values = Float64Array.from({ length: height * width }, (_, i) => {
    const [y, x] = [2 * Math.floor(i / width), 2 * (i % width)];
    const sum = at(plane, y, x) + at(plane, y, x + 1) + at(plane, y + 1, x) + at(plane, y + 1, x + 1);
    return Math.floor((sum + 1 + ((x / 2) % 2)) / 4);
  });
  return { values, height, width };
}

/** Three quarters of the nearer value and a quarter of the other, in both directions (jdsample.c h2v2_fancy_upsample). */
function doubled(plane: Plane, height: number, width: number): Float64Array {
  const row = (y: number, x: number): number => {
    const near = Math.floor(y / 2);
    const far = Math.max(0, y % 2 === 0 ? near - 1 : near + 1);
    return 3 * at(plane, near, x) + at(plane, far, x);
  };
  return Float64Array.from({ length: height * width }, (_, i) => {
    const [y, x] = [Math.floor(i / width), i % width];
    const near = Math.floor(x / 2);
    const last = plane.width - 1;
    if (x % 2 === 0)
      return near === 0
        ? Math.floor((4 * row(y, 0) + 8) / 16)
        : Math.floor((3 * row(y, near) + row(y, near - 1) + 8) / 16);
    return near === last
      ? Math.floor((4 * row(y, near) + 7) / 16)
      : Math.floor((3 * row(y, near) + row(y, near + 1) + 7) / 16);
  });
}
