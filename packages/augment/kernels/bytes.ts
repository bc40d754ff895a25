// The inner loops of the augmentations on bytes, in AssemblyScript (TypeScript's syntax, WebAssembly's types) with SIMD.
// `scripts/compile-kernels.ts` makes src/pixels/kernels.generated.ts of them. Arguments are addresses and counts; rows
// follow each other without a gap. A kernel may read and write up to 16 bytes beyond what it is given: the memory's
// owner leaves them free. Integers wrap and float32 rounds as in C, so the results are the same on every machine.

import { fourBytes, packed } from './four';
import { countOf, startOf, weightsOf } from './taps';

/** Along the rows of an image of 3 channels: each pixel is a run of source pixels, weighted in units of 2^-22. */
export function resampleRows(
  out: usize,
  image: usize,
  rows: i32,
  width: i32,
  outWidth: i32,
  taps: usize,
  most: i32,
): void {
  const half = i32x4.splat(1 << 21);
  for (let y = 0; y < rows; y++, image += 3 * width) {
    let run = weightsOf(taps, outWidth);
    for (let x = 0; x < outWidth; x++, out += 3, run += 4 * most) {
      let at = image + 3 * startOf(taps, x);
      const end = run + 4 * countOf(taps, outWidth, x);
      let sum = half;
      for (let weight = run; weight < end; weight += 4, at += 3)
        sum = i32x4.add(sum, i32x4.mul(fourBytes(at), v128.load32_splat(weight)));
      store<u32>(out, packed(i32x4.shr_s(sum, 22)));
    }
  }
}

/** As `resampleRows`, with 1 channel. */
export function resampleGreyRows(
  out: usize,
  image: usize,
  rows: i32,
  width: i32,
  outWidth: i32,
  taps: usize,
  most: i32,
): void {
  for (let y = 0; y < rows; y++, image += width) {
    let run = weightsOf(taps, outWidth);
    for (let x = 0; x < outWidth; x++, out++, run += 4 * most) {
      let at = image + startOf(taps, x);
      const end = run + 4 * countOf(taps, outWidth, x);
      let sum = 1 << 21;
      for (let weight = run; weight < end; weight += 4, at++) sum += load<u8>(at) * load<i32>(weight);
      store<u8>(out, max(0, min(255, sum >> 22)));
    }
  }
}

/** Along columns: each row, of `length` bytes, is a run of weighted source rows. */
export function resampleColumns(out: usize, image: usize, length: i32, outHeight: i32, taps: usize, most: i32): void {
  const half = i32x4.splat(1 << 21);
  let run = weightsOf(taps, outHeight);
  for (let y = 0; y < outHeight; y++, out += length, run += 4 * most) {
    const first = image + startOf(taps, y) * length;
    const end = run + 4 * countOf(taps, outHeight, y);
    for (let i = 0; i < length; i += 16) {
      let a = half;
      let b = half;
      let c = half;
      let d = half;
      let at = first + i;
      for (let weight = run; weight < end; weight += 4, at += length) {
        const bytes = v128.load(at);
        const low = i16x8.extend_low_i8x16_u(bytes);
        const high = i16x8.extend_high_i8x16_u(bytes);
        const by = v128.load32_splat(weight);
        a = i32x4.add(a, i32x4.mul(i32x4.extend_low_i16x8_u(low), by));
        b = i32x4.add(b, i32x4.mul(i32x4.extend_high_i16x8_u(low), by));
        c = i32x4.add(c, i32x4.mul(i32x4.extend_low_i16x8_u(high), by));
        d = i32x4.add(d, i32x4.mul(i32x4.extend_high_i16x8_u(high), by));
      }
      const low = i16x8.narrow_i32x4_s(i32x4.shr_s(a, 22), i32x4.shr_s(b, 22));
      const high = i16x8.narrow_i32x4_s(i32x4.shr_s(c, 22), i32x4.shr_s(d, 22));
      v128.store(out + i, i8x16.narrow_i16x8_u(low, high));
    }
  }
}

/** Eight values of a box blur from eight sums within the box and eight of its two fractional sides. */
function boxed(sums: v128, sides: v128, inner: v128, outer: v128): v128 {
  const half = i32x4.splat(1 << 23);
  const low = i32x4.add(
    i32x4.mul(i32x4.extend_low_i16x8_u(sums), inner),
    i32x4.mul(i32x4.extend_low_i16x8_u(sides), outer),
  );
  const high = i32x4.add(
    i32x4.mul(i32x4.extend_high_i16x8_u(sums), inner),
    i32x4.mul(i32x4.extend_high_i16x8_u(sides), outer),
  );
  return i16x8.narrow_i32x4_s(i32x4.shr_u(i32x4.add(low, half), 24), i32x4.shr_u(i32x4.add(high, half), 24));
}

/** A pass along a line whose neighbours lie `step` bytes apart, and which goes on beyond both ends. */
function boxLine(out: usize, line: usize, length: i32, step: i32, radius: i32, inner: v128, outer: v128): void {
  const reach = (radius + 1) * step;
  for (let i = 0; i < length; i += 16) {
    const at = line + i;
    const left = v128.load(at - reach);
    const right = v128.load(at + reach);
    let low = i16x8.splat(0);
    let high = i16x8.splat(0);
    for (let d = step - reach; d < reach; d += step) {
      const bytes = v128.load(at + d);
      low = i16x8.add(low, i16x8.extend_low_i8x16_u(bytes));
      high = i16x8.add(high, i16x8.extend_high_i8x16_u(bytes));
    }
    const lowSides = i16x8.add(i16x8.extend_low_i8x16_u(left), i16x8.extend_low_i8x16_u(right));
    const highSides = i16x8.add(i16x8.extend_high_i8x16_u(left), i16x8.extend_high_i8x16_u(right));
    const lowOut = boxed(low, lowSides, inner, outer);
    v128.store(out + i, i8x16.narrow_i16x8_u(lowOut, boxed(high, highSides, inner, outer)));
  }
}

/** Repeats the first and the last pixel of a line `count` times beyond its ends. */
function repeatEnds(line: usize, length: i32, channels: i32, count: i32): void {
  for (let i = 1; i <= count; i++) {
    memory.copy(line - i * channels, line, channels);
    memory.copy(line + length + (i - 1) * channels, line + length - channels, channels);
  }
}

/**
 * Three box blurs along the rows, in place; rows have `length` bytes.
 *
 * @param first room for a row and `radius + 1` pixels on both sides, from 16 bytes before to 16 after
 * @param second as much
 */
export function boxRows(
  image: usize,
  rows: i32,
  length: i32,
  channels: i32,
  radius: i32,
  inner: u32,
  outer: u32,
  first: usize,
  second: usize,
): void {
  const inners = i32x4.splat(inner);
  const outers = i32x4.splat(outer);
  const margin = (radius + 1) * channels;
  let from = first + margin;
  let to = second + margin;
  for (let y = 0; y < rows; y++, image += length) {
    memory.copy(from, image, length);
    for (let pass = 0; pass < 3; pass++) {
      repeatEnds(from, length, channels, radius + 1);
      boxLine(to, from, length, channels, radius, inners, outers);
      const swapped = from;
      from = to;
      to = swapped;
    }
    memory.copy(image, from, length);
  }
}

/** One box blur along the columns; rows have `length` bytes. */
export function boxColumns(
  out: usize,
  image: usize,
  rows: i32,
  length: i32,
  radius: i32,
  inner: u32,
  outer: u32,
): void {
  const inners = i32x4.splat(inner);
  const outers = i32x4.splat(outer);
  for (let y = 0; y < rows; y++, out += length) {
    const above = image + max(0, y - radius - 1) * length;
    const below = image + min(rows - 1, y + radius + 1) * length;
    for (let i = 0; i < length; i += 16) {
      const left = v128.load(above + i);
      const right = v128.load(below + i);
      let low = i16x8.splat(0);
      let high = i16x8.splat(0);
      for (let d = y - radius; d <= y + radius; d++) {
        const bytes = v128.load(image + max(0, min(rows - 1, d)) * length + i);
        low = i16x8.add(low, i16x8.extend_low_i8x16_u(bytes));
        high = i16x8.add(high, i16x8.extend_high_i8x16_u(bytes));
      }
      const lowSides = i16x8.add(i16x8.extend_low_i8x16_u(left), i16x8.extend_low_i8x16_u(right));
      const highSides = i16x8.add(i16x8.extend_high_i8x16_u(left), i16x8.extend_high_i8x16_u(right));
      const lowOut = boxed(low, lowSides, inners, outers);
      v128.store(out + i, i8x16.narrow_i16x8_u(lowOut, boxed(high, highSides, inners, outers)));
    }
  }
}

/** Pillow's conversion of a pixel from RGB to L (ITU-R 601-2 in 16-bit fixed point). */
function luma(at: usize): i32 {
  return (19595 * load<u8>(at) + 38470 * load<u8>(at, 1) + 7471 * load<u8>(at, 2) + 0x8000) >> 16;
}

/** The sum of the pixels' luma. */
export function lumaSum(image: usize, pixels: i32): f64 {
  let sum: i64 = 0;
  for (let i = 0; i < pixels; i++, image += 3) sum += luma(image);
  return <f64>sum;
}

/** Every pixel becomes its luma, in 3 channels. */
export function grayscale(image: usize, pixels: i32): void {
  for (let i = 0; i < pixels; i++, image += 3) {
    const grey = luma(image);
    store<u16>(image, grey | (grey << 8));
    store<u8>(image, grey, 2);
  }
}

/** Blends every pixel with its luma; factor 1 leaves it as it is. */
export function saturate(image: usize, pixels: i32, factor: f32): void {
  const factors = f32x4.splat(factor);
  for (let i = 0; i < pixels; i++, image += 3) {
    const grey = f32x4.splat(<f32>luma(image));
    const distance = f32x4.sub(f32x4.convert_i32x4_s(fourBytes(image)), grey);
    const out = packed(i32x4.trunc_sat_f32x4_s(f32x4.add(grey, f32x4.mul(factors, distance))));
    store<u16>(image, out);
    store<u8>(image, out >> 16, 2);
  }
}

/** Every byte becomes what a table of 256 says. */
export function lookUp(image: usize, length: i32, table: usize): void {
  const end = image + length;
  for (; image < end; image++) store<u8>(image, load<u8>(table + load<u8>(image)));
}

/**
 * Turns the hue through Pillow's HSV in bytes.
 *
 * @param turn in 256ths of the circle, 0 to 255
 * @param hues the hue byte, see `hue.ts`
 * @param saturations the saturation byte, by largest value and range
 * @param sectors 256 times: the sixth of the circle of a hue byte
 * @param rests 256 float32: how far into it
 */
export function turnHue(
  image: usize,
  pixels: i32,
  turn: i32,
  hues: usize,
  saturations: usize,
  sectors: usize,
  rests: usize,
): void {
  for (let i = 0; i < pixels; i++, image += 3) {
    const red: i32 = load<u8>(image);
    const green: i32 = load<u8>(image, 1);
    const blue: i32 = load<u8>(image, 2);
    const most = max(red, max(green, blue));
    const range = most - min(red, min(green, blue));
    const saturation: i32 = load<u8>(saturations + ((most << 8) | range));
    if (saturation === 0) {
      store<u16>(image, most | (most << 8));
      store<u8>(image, most, 2);
      continue;
    }
    const least = most - range;
    // Which channel is the largest and which the smallest says where on the circle the hue is; the third, how far.
    let place: i32;
    if (red === most) place = green === least ? most - blue : 0x100 | (most - green);
    else if (green === most) place = blue === least ? 0x200 | (most - red) : 0x300 | (most - blue);
    else place = red === least ? 0x400 | (most - green) : 0x500 | (most - red);
    const hue = (load<u8>(hues + ((place << 8) | range)) + turn) & 255;
    const sector: i32 = load<u8>(sectors + hue);
    const rest = load<f32>(rests + 4 * hue);
    const share = <f32>saturation / 255;
    const value = <f64>most;
    const low = <i32>(value * (1.0 - <f64>share) + 0.5);
    // In the even sectors a channel rises, in the odd ones it falls.
    const part: f64 = sector & 1 ? <f64>(share * rest) : <f64>share * (1.0 - <f64>rest);
    const middle = <i32>(value * (1.0 - part) + 0.5);
    let out: i32;
    if (sector === 0) out = most | (middle << 8) | (low << 16);
    else if (sector === 1) out = middle | (most << 8) | (low << 16);
    else if (sector === 2) out = low | (most << 8) | (middle << 16);
    else if (sector === 3) out = low | (middle << 8) | (most << 16);
    else if (sector === 4) out = middle | (low << 8) | (most << 16);
    else out = most | (low << 8) | (middle << 16);
    store<u16>(image, out);
    store<u8>(image, out >> 16, 2);
  }
}
