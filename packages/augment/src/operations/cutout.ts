import type { Operation, Transforms } from '../operation.ts';
import { isRange, isWhole, type Problem } from '../options.ts';
import { fillRectangle, type Fill, type Rectangle } from '../pixels/paint.ts';
import { LONGEST_SIDE, type SourceShape } from '../shapes.ts';

/**
 * Paints a square around a uniformly drawn pixel, cut off at the image's borders.
 * Its side is `size` pixels, or a share of the width drawn uniformly from `fraction`.
 */
export interface CutoutStep {
  readonly op: 'cutout';
  readonly size?: number;
  readonly fraction?: readonly [from: number, to: number];
  /** Default 127, see below. */
  readonly fill?: Fill;
}

type Filled = Transforms<'fill-rectangle', Rectangle & { readonly fill: Fill }>;

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
 * DEVIATION (none): with `fraction`, TorchSSL truncates at the left and upper border before it adds the side, and paints one
 * row and one column more; here both kinds paint the square they name.
 */
export const cutout: Operation<CutoutStep, Filled> = {
  op: 'cutout',
  needs: {},
  takes: { size, fraction, fill },
  problem: (options) =>
    'size' in options === 'fraction' in options ? 'cutout needs either `size` or `fraction`' : undefined,
  draw({ size, fraction, fill = GREY }, { height, width }, draws) {
    const [from, to] = fraction ?? [0, 0];
    const side = size ?? Math.trunc((from + (to - from) * draws.uniform()) * width);
    const top = draws.int(height) - Math.floor(side / 2);
    const left = draws.int(width) - Math.floor(side / 2);
    return [{ op: 'fill-rectangle', top, left, bottom: top + side, right: left + side, fill }];
  },
  transforms: { 'fill-rectangle': { on: 'bytes', apply: fillRectangle } },
};

function size(value: unknown, { height, width, resizedTo }: SourceShape): Problem {
  const most = height === undefined || width === undefined ? resizedTo : Math.min(height, width);
  if (isWhole(value) && value >= 1 && value <= (most ?? LONGEST_SIDE)) return undefined;
  return `a whole number of pixels from 1 to ${most ?? LONGEST_SIDE}${most === undefined ? '' : ', the shorter side of the image'}`;
}

function fraction(value: unknown): Problem {
  return isRange(value, 0, 1) ? undefined : 'two shares of the width, [from, to], the smaller first, in [0, 1]';
}

function fill(value: unknown, { channels }: SourceShape): Problem {
  const levels = Array.isArray(value) && channels === 3 ? (value as readonly unknown[]) : [value, value, value];
  const fine = levels.length === 3 && levels.every((level) => isWhole(level) && level >= 0 && level <= 255);
  return fine ? undefined : `a grey level from 0 to 255${channels === 3 ? ', or three' : ''}`;
}
