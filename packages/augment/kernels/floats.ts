// The inner loops of the augmentations on float32, see `bytes.ts`.

import { fourBytes, packed } from './four';
import { countOf, startOf, weightsOf } from './taps';

/** Along rows, from bytes to float32, with weights in float32; `most` is 4. */
export function floatRows(
  out: usize,
  image: usize,
  rows: i32,
  width: i32,
  outWidth: i32,
  taps: usize,
  channels: i32,
): void {
  for (let y = 0; y < rows; y++, image += channels * width) {
    for (let x = 0; x < outWidth; x++, out += 4 * channels) {
      let at = image + channels * startOf(taps, x);
      const run = weightsOf(taps, outWidth) + 16 * x;
      const end = run + 4 * countOf(taps, outWidth, x);
      let sum = f32x4.splat(0);
      for (let weight = run; weight < end; weight += 4, at += channels)
        sum = f32x4.add(sum, f32x4.mul(f32x4.convert_i32x4_s(fourBytes(at)), v128.load32_splat(weight)));
      v128.store(out, sum);
    }
  }
}

/** Along columns, divided by 255 and cut to [0, 1]; rows have `length` values. */
export function floatColumns(out: usize, image: usize, length: i32, outHeight: i32, taps: usize): void {
  const whole = f32x4.splat(255);
  for (let y = 0; y < outHeight; y++, out += 4 * length) {
    const first = image + 4 * startOf(taps, y) * length;
    const run = weightsOf(taps, outHeight) + 16 * y;
    const end = run + 4 * countOf(taps, outHeight, y);
    for (let i = 0; i < 4 * length; i += 16) {
      let at = first + i;
      let sum = f32x4.splat(0);
      for (let weight = run; weight < end; weight += 4, at += 4 * length)
        sum = f32x4.add(sum, f32x4.mul(v128.load(at), v128.load32_splat(weight)));
      v128.store(out + i, unit(f32x4.div(sum, whole)));
    }
  }
}

/** Cuts four values to [0, 1]. */
function unit(values: v128): v128 {
  return f32x4.pmin(f32x4.splat(1), f32x4.pmax(f32x4.splat(0), values));
}

/** Bytes as values in [0, 1]. */
export function toFloats(out: usize, image: usize, length: i32): void {
  const whole = f32x4.splat(255);
  for (let i = 0; i < length; i += 4)
    v128.store(out + 4 * i, f32x4.div(f32x4.convert_i32x4_s(fourBytes(image + i)), whole));
}

/** Values in [0, 1] as bytes, rounded. */
export function fromFloats(out: usize, image: usize, length: i32): void {
  const whole = f32x4.splat(255);
  const half = f32x4.splat(0.5);
  for (let i = 0; i < length; i += 4) {
    const values = f32x4.add(f32x4.mul(v128.load(image + 4 * i), whole), half);
    store<u32>(out + i, packed(i32x4.trunc_sat_f32x4_s(values)));
  }
}

/** Adds to every value. */
export function floatBrightness(image: usize, length: i32, by: f32): void {
  const added = f32x4.splat(by);
  for (let i = 0; i < 4 * length; i += 16) v128.store(image + i, unit(f32x4.add(v128.load(image + i), added)));
}

/** The sum of every `channels`th value. */
export function floatSum(image: usize, length: i32, channels: i32): f64 {
  let sum: f64 = 0;
  for (let i = 0; i < length; i += channels) sum += <f64>load<f32>(image + 4 * i);
  return sum;
}

/** Scales every `channels`th value about a mean. */
export function floatContrast(image: usize, length: i32, channels: i32, factor: f32, mean: f32): void {
  for (let i = 0; i < length; i += channels) {
    const value = factor * (load<f32>(image + 4 * i) - mean) + mean;
    store<f32>(image + 4 * i, <f32>max<f32>(0, min<f32>(1, value)));
  }
}

/** Scales the saturation of HSV, cut to 1: the distances from the largest channel scale as it does. */
export function floatSaturation(image: usize, pixels: i32, factor: f32): void {
  for (let i = 0; i < pixels; i++, image += 12) {
    const red = load<f32>(image);
    const green = load<f32>(image, 4);
    const blue = load<f32>(image, 8);
    const most = max(red, max(green, blue));
    const range = most - min(red, min(green, blue));
    const scale = factor * range > most ? most / range : factor;
    store<f32>(image, most - (most - red) * scale);
    store<f32>(image, most - (most - green) * scale, 4);
    store<f32>(image, most - (most - blue) * scale, 8);
  }
}

/** Turns the hue of HSV by a share of the circle. */
export function floatHue(image: usize, pixels: i32, by: f32): void {
  for (let i = 0; i < pixels; i++, image += 12) {
    const red = load<f32>(image);
    const green = load<f32>(image, 4);
    const blue = load<f32>(image, 8);
    const most = max(red, max(green, blue));
    const least = min(red, min(green, blue));
    const range = most - least;
    if (range === 0) continue;
    // In sixths of the circle.
    let hue: f32;
    if (red === most) hue = (green - blue) / range;
    else if (green === most) hue = (blue - red) / range + 2;
    else hue = (red - green) / range + 4;
    const turned = hue / 6 + by;
    const sixths = (turned - floor<f32>(turned)) * 6;
    const whole = floor<f32>(sixths);
    const sector = <i32>whole;
    const into = sixths - whole;
    const middle = least + range * (sector & 1 ? 1 - into : into);
    let newRed = most;
    let newGreen = least;
    let newBlue = least;
    // A turn that rounds to the whole circle is none.
    if (sector === 0 || sector === 6) newGreen = middle;
    else if (sector === 1) {
      newRed = middle;
      newGreen = most;
    } else if (sector === 2) {
      newRed = least;
      newGreen = most;
      newBlue = middle;
    } else if (sector === 3) {
      newRed = least;
      newGreen = middle;
      newBlue = most;
    } else if (sector === 4) {
      newRed = middle;
      newBlue = most;
    } else newBlue = middle;
    store<f32>(image, newRed);
    store<f32>(image, newGreen, 4);
    store<f32>(image, newBlue, 8);
  }
}

/** Every pixel becomes its luma with DeepMind's weights, in 3 channels. */
export function floatGrayscale(image: usize, pixels: i32): void {
  for (let i = 0; i < pixels; i++, image += 12) {
    const grey: f32 =
      <f32>0.2989 * load<f32>(image) + <f32>0.587 * load<f32>(image, 4) + <f32>0.114 * load<f32>(image, 8);
    store<f32>(image, grey);
    store<f32>(image, grey, 4);
    store<f32>(image, grey, 8);
  }
}

/** Inverts the values from a threshold on. */
export function floatSolarize(image: usize, length: i32, threshold: f32): void {
  const from = f32x4.splat(threshold);
  const one = f32x4.splat(1);
  for (let i = 0; i < 4 * length; i += 16) {
    const values = v128.load(image + i);
    v128.store(image + i, v128.bitselect(values, f32x4.sub(one, values), f32x4.lt(values, from)));
  }
}

/**
 * A symmetric kernel along the rows, zero beyond them, in place; rows have `length` values.
 *
 * @param taps `reach + 1` float32: the middle one, then one side's
 * @param line room for a row and `reach` pixels on both sides, and 16 bytes
 */
export function floatBlurRows(
  image: usize,
  rows: i32,
  length: i32,
  channels: i32,
  taps: usize,
  reach: i32,
  line: usize,
): void {
  const margin = 4 * reach * channels;
  const size = 4 * length;
  const middle = v128.load32_splat(taps);
  const from = line + margin;
  memory.fill(line, 0, margin);
  for (let y = 0; y < rows; y++, image += size) {
    memory.copy(from, image, size);
    memory.fill(from + size, 0, margin + 16);
    // The last values are done one by one, since four would reach into the next row.
    for (let i = 0; i < size; i += 16) {
      const at = from + i;
      let sum = f32x4.mul(middle, v128.load(at));
      for (let k = 1, d = 4 * channels; k <= reach; k++, d += 4 * channels)
        sum = f32x4.add(
          sum,
          f32x4.mul(v128.load32_splat(taps + 4 * k), f32x4.add(v128.load(at - d), v128.load(at + d))),
        );
      if (i + 16 <= size) v128.store(image + i, sum);
      else {
        store<f32>(image + i, f32x4.extract_lane(sum, 0));
        if (i + 4 < size) store<f32>(image + i + 4, f32x4.extract_lane(sum, 1));
        if (i + 8 < size) store<f32>(image + i + 8, f32x4.extract_lane(sum, 2));
      }
    }
  }
}

/** As `floatBlurRows`, along the columns, and not in place. */
export function floatBlurColumns(out: usize, image: usize, rows: i32, length: i32, taps: usize, reach: i32): void {
  const size = 4 * length;
  const middle = v128.load32_splat(taps);
  for (let y = 0; y < rows; y++, out += size, image += size) {
    for (let i = 0; i < size; i += 16) {
      let sum = f32x4.mul(middle, v128.load(image + i));
      for (let k = 1; k <= reach; k++) {
        const tap = v128.load32_splat(taps + 4 * k);
        if (y >= k) sum = f32x4.add(sum, f32x4.mul(tap, v128.load(image + i - k * size)));
        if (y + k < rows) sum = f32x4.add(sum, f32x4.mul(tap, v128.load(image + i + k * size)));
      }
      v128.store(out + i, sum);
    }
  }
}
