import type { Canvas } from './canvas.ts';
import { unit } from './floats.ts';

// google-deepmind/deepmind-research@f5de0ede, byol/utils/augmentations.py: each operation of the jitter is cut to
// [0, 1].

/** Adds a share of white. */
export function floatBrightness({ floats }: Canvas, by: number): void {
  for (let i = 0; i < floats.length; i++) floats[i] = unit(floats[i]! + by);
}

/** Scales about the mean of each channel. */
export function floatContrast({ floats, channels }: Canvas, factor: number): void {
  for (let c = 0; c < channels; c++) {
    let sum = 0;
    for (let i = c; i < floats.length; i += channels) sum += floats[i]!;
    const mean = (sum / floats.length) * channels;
    for (let i = c; i < floats.length; i += channels) floats[i] = unit(factor * (floats[i]! - mean) + mean);
  }
}

/**
 * Scales the saturation of HSV and cuts it to 1. Hue and value stay, so the channels keep their order, and their
 * distances from the largest scale as the saturation does.
 */
export function floatSaturation({ floats, channels }: Canvas, factor: number): void {
  if (channels === 1) return;
  for (let i = 0; i < floats.length; i += 3) {
    const red = floats[i]!;
    const green = floats[i + 1]!;
    const blue = floats[i + 2]!;
    const most = Math.max(red, green, blue);
    const range = most - Math.min(red, green, blue);
    const scale = factor * range > most ? most / range : factor;
    floats[i] = unit(most - (most - red) * scale);
    floats[i + 1] = unit(most - (most - green) * scale);
    floats[i + 2] = unit(most - (most - blue) * scale);
  }
}

/** Turns the hue of HSV by a share of a full turn. */
export function floatHue({ floats, channels }: Canvas, by: number): void {
  if (channels === 1) return;
  for (let i = 0; i < floats.length; i += 3) {
    const red = floats[i]!;
    const green = floats[i + 1]!;
    const blue = floats[i + 2]!;
    const most = Math.max(red, green, blue);
    const least = Math.min(red, green, blue);
    const range = most - least;
    if (range === 0) continue;
    // In sixths of the circle.
    const hue =
      red === most ? (green - blue) / range : green === most ? (blue - red) / range + 2 : (red - green) / range + 4;
    const turned = hue / 6 + by;
    const sixths = (turned - Math.floor(turned)) * 6;
    const sector = Math.floor(sixths) % 6;
    const into = sixths - Math.floor(sixths);
    const middle = least + range * ((sector & 1) === 0 ? into : 1 - into);
    floats[i] = sector === 0 || sector === 5 ? most : sector === 1 || sector === 4 ? middle : least;
    floats[i + 1] = sector === 1 || sector === 2 ? most : sector === 0 || sector === 3 ? middle : least;
    floats[i + 2] = sector === 3 || sector === 4 ? most : sector === 2 || sector === 5 ? middle : least;
  }
}

/** The luma with DeepMind's weights, which add up to 0.9999, in all channels. A grey image stays as it is. */
export function floatGrayscale({ floats, channels }: Canvas): void {
  if (channels === 1) return;
  for (let i = 0; i < floats.length; i += 3)
    floats[i] = floats[i + 1] = floats[i + 2] = 0.2989 * floats[i]! + 0.587 * floats[i + 1]! + 0.114 * floats[i + 2]!;
}
