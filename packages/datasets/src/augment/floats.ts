import { bytes, floats, type Canvas } from './canvas.ts';
import { mirror } from './geometry.ts';

// An image in float32 on [0, 1], as DeepMind's BYOL has it from the crop to the end.

/** Takes the image into floats, unless it is there; returns the canvas. */
export function toFloats(canvas: Canvas): Canvas {
  if (canvas.inFloats) return canvas;
  const { pixels } = canvas;
  const values = (canvas.floats = floats(canvas.floats, pixels.length));
  for (let i = 0; i < pixels.length; i++) values[i] = pixels[i]! / 255;
  canvas.inFloats = true;
  canvas.holes = false;
  return canvas;
}

/** Rounds an image in floats to bytes; returns the canvas. */
export function toBytes(canvas: Canvas): Canvas {
  if (!canvas.inFloats) return canvas;
  const values = canvas.floats;
  const pixels = (canvas.pixels = bytes(canvas.pixels, values.length));
  for (let i = 0; i < values.length; i++) pixels[i] = (values[i]! * 255 + 0.5) | 0;
  canvas.inFloats = false;
  return canvas;
}

/** Cuts to [0, 1]. */
export function unit(value: number): number {
  return value < 0 ? 0 : value > 1 ? 1 : value;
}

/** Mirrors left and right. */
export function floatFlip(canvas: Canvas): void {
  mirror(canvas.floats, canvas);
}

/** Inverts the values from `threshold`, in grey levels, on. */
export function floatSolarize({ floats: values }: Canvas, threshold: number): void {
  const from = Math.fround(threshold / 255);
  for (let i = 0; i < values.length; i++) if (values[i]! >= from) values[i] = 1 - values[i]!;
}
