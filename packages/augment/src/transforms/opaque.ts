import type { Canvas } from '../pixels/canvas.ts';

/**
 * The official FixMatch code converts to RGB and back around some operations, which drops the alpha channel: what was
 * uncovered before is from then on part of the image, black or what the operation makes of black
 * (google-research/fixmatch@d4985a15, third_party/auto_augment/augmentations.py).
 */
export function opaque(canvas: Canvas): Canvas {
  canvas.holes = false;
  return canvas;
}
