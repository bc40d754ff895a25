import type { Picture } from './corruption.ts';

// Pillow's, in bytes. `]!`: taps and pixels are within.

/** A picture of bytes resized as Pillow does with `BOX`: columns first, each pass rounded to bytes. */
export function boxResized(picture: Picture, height: number, width: number): Picture {
  const { channels } = picture;
  const row = picture.width * channels;
  const across = new Float64Array(picture.height * width * channels);
  boxes(picture.width, width).forEach(({ from, taps }, x) => {
    for (let y = 0; y < picture.height; y++)
      for (let c = 0; c < channels; c++)
        across[(y * width + x) * channels + c] = byteOf(
          taps.reduce((sum, tap, k) => sum + tap * picture.values[y * row + (from + k) * channels + c]!, 0),
        );
  });
  const values = new Float64Array(height * width * channels);
  boxes(picture.height, height).forEach(({ from, taps }, y) => {
    for (let i = 0; i < width * channels; i++)
      values[y * width * channels + i] = byteOf(
        taps.reduce((sum, tap, k) => sum + tap * across[(from + k) * width * channels + i]!, 0),
      );
  });
  return { values, height, width, channels };
}

/** Rounded to a byte. */
function byteOf(value: number): number {
  return Math.floor(value + 0.5);
}

interface Box {
  readonly from: number;
  readonly taps: readonly number[];
}

/** Which pixels of a line come to one of another length, and their weights. */
function boxes(length: number, out: number): Box[] {
  const scale = length / out;
  const wide = Math.max(scale, 1);
  return Array.from({ length: out }, (_, at) => {
    const middle = (at + 0.5) * scale;
    const from = Math.max(0, Math.trunc(middle - 0.5 * wide + 0.5));
    const end = Math.min(length, Math.trunc(middle + 0.5 * wide + 0.5));
    const inside = Array.from({ length: end - from }, (_, k) => {
      const place = (from + k - middle + 0.5) / wide;
      return place > -0.5 && place <= 0.5 ? 1 : 0;
    });
    const sum = inside.reduce<number>((total, one) => total + one, 0);
    return { from, taps: inside.map((one) => one / sum) };
  });
}

/** Pillow's `resize` with `NEAREST`. */
export function nearestResized(picture: Picture, height: number, width: number): Picture {
  const { channels } = picture;
  const values = Float64Array.from({ length: height * width * channels }, (_, i) => {
    const [pixel, c] = [Math.floor(i / channels), i % channels];
    const y = Math.floor(((Math.floor(pixel / width) + 0.5) * picture.height) / height);
    const x = Math.floor((((pixel % width) + 0.5) * picture.width) / width);
    return picture.values[(y * picture.width + x) * channels + c]!;
  });
  return { values, height, width, channels };
}
