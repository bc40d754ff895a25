import type { Canvas } from './canvas.ts';

// `]!`: loops run over the pixels and channels that there are; setting a pixel or a row at once takes longer.

/** A grey level, or one level a channel; whole, 0 to 255. */
export type Fill = number | readonly [number, number, number];

/** Paints the pixels that geometric operations uncovered. */
export function fillUncovered(canvas: Canvas, fill: Fill): void {
  if (!canvas.holes) return;
  const { shown, pixels, channels } = canvas;
  const levels = levelsOf(fill, channels);
  for (let i = 0; i < shown.length; i++) {
    if (shown[i] === 0) for (let c = 0; c < channels; c++) pixels[i * channels + c] = levels[c]!;
  }
  canvas.holes = false;
}

/** A rectangle in pixels, `bottom` and `right` excluded; it may reach beyond the image. */
export interface Rectangle {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

/** Paints what of the rectangle lies in the image. */
export function fillRectangle(
  canvas: Canvas,
  { top, left, bottom, right, fill }: Rectangle & { readonly fill: Fill },
): void {
  const { height, width, channels, pixels } = canvas;
  const levels = levelsOf(fill, channels);
  for (let y = Math.max(0, top); y < Math.min(height, bottom); y++) {
    for (let x = Math.max(0, left); x < Math.min(width, right); x++) {
      for (let c = 0; c < channels; c++) pixels[(y * width + x) * channels + c] = levels[c]!;
    }
  }
}

function levelsOf(fill: Fill, channels: number): readonly number[] {
  return typeof fill === 'number' ? new Array<number>(channels).fill(fill) : fill;
}
