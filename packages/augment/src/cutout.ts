import type { Draws } from '@spatial-ensemble/random';
import type { ImageShape } from './canvas.ts';
import type { CutoutStep } from './spec.ts';
import type { Transform } from './transform.ts';

/**
 * The official FixMatch code paints 0 in [-1, 1], which is 127.5 as a byte. 127 is what its own CTAugment
 * (libml/ctaugment.py) and kekmodel/FixMatch-pytorch@040be3b8 (dataset/randaugment.py) paint.
 */
const GREY = 127;

/**
 * Cutout as the official FixMatch code has it (google-research/fixmatch@d4985a15,
 * third_party/auto_augment/augmentations.py, `create_cutout_mask`): the centre is uniform over the pixels, row
 * first, and the square is cut off at all four borders, so that it covers a quarter of its area at least.
 *
 * DEVIATION: with `fraction`, TorchSSL truncates at the left and upper border before it adds the side, and paints one
 * row and one column more; here both kinds paint the square they name.
 */
export function drawCutout(
  { size, fraction, fill = GREY }: CutoutStep,
  { height, width }: ImageShape,
  draws: Draws,
  out: Transform[],
): void {
  const [from, to] = fraction ?? [0, 0];
  const side = size ?? Math.trunc((from + (to - from) * draws.uniform()) * width);
  const top = draws.int(height) - Math.floor(side / 2);
  const left = draws.int(width) - Math.floor(side / 2);
  out.push({ op: 'fill-rectangle', top, left, bottom: top + side, right: left + side, fill });
}
