import type { Draws } from '@spatial-ensemble/random';
import type { Operation } from '../operation.ts';
import { interpolation, isRange, pixels, style, type Problem, type Style } from '../options.ts';
import type { Interpolation } from '../pixels/taps.ts';
import { roundHalfEven } from '../round-half-even.ts';
import { squares, type Sides, type Window } from '../shapes.ts';
import { cropResized, type CropResized } from '../transforms/crop-resized.ts';
import { within } from '../within.ts';

/**
 * Crops a rectangle of random area and aspect ratio and resizes it to `size` x `size` pixels.
 * `torchvision` draws up to ten times until the rectangle fits, `deepmind` once, and cuts the sides to the image's.
 */
export interface RandomResizedCropStep {
  readonly op: 'random-resized-crop';
  readonly size: number;
  /** The rectangle's share of the image's area, uniform. */
  readonly scale: readonly [from: number, to: number];
  /** Width over height, log-uniform. */
  readonly ratio: readonly [from: number, to: number];
  readonly interpolation: Interpolation;
  readonly style: Style;
}

export const randomResizedCrop: Operation<RandomResizedCropStep, CropResized> = {
  op: 'random-resized-crop',
  needs: { size: pixels, scale: shares, ratio: ratios, interpolation, style },
  takes: {},
  draw(step, image, draws) {
    const { size, interpolation, style } = step;
    const from = drawCrop(step, image, draws);
    return [{ op: 'crop-resize', from, to: { height: size, width: size }, interpolation, style }];
  },
  shapeAfter: squares,
  transforms: { 'crop-resize': cropResized },
};

function shares(value: unknown): Problem {
  return isRange(value, Number.MIN_VALUE, 1)
    ? undefined
    : 'two shares of the area, [from, to], the smaller first, above 0 and up to 1';
}

function ratios(value: unknown): Problem {
  return isRange(value, Number.MIN_VALUE, Number.MAX_VALUE)
    ? undefined
    : 'two ratios of width to height, [from, to], the smaller first, above 0';
}

/** Where a random resized crop lies. */
export function drawCrop(step: RandomResizedCropStep, image: Sides, draws: Draws): Window {
  return step.style === 'torchvision' ? drawThatFits(step, image, draws) : drawAndClamp(step, image, draws);
}

/**
 * torchvision's `RandomResizedCrop.get_params` (0.28.0, torchvision/transforms/transforms.py): up to ten tries, each of
 * an area and an aspect ratio, then the row and the column; else the largest central window within the aspect limits.
 */
function drawThatFits({ scale, ratio }: RandomResizedCropStep, image: Sides, draws: Draws): Window {
  for (let attempt = 0; attempt < 10; attempt++) {
    const { height, width } = sidesOf(scale, ratio, image, draws);
    if (width > 0 && width <= image.width && height > 0 && height <= image.height) {
      const top = draws.int(image.height - height + 1);
      const left = draws.int(image.width - width + 1);
      return { top, left, height, width };
    }
  }
  const [least, most] = ratio;
  const aspect = image.width / image.height;
  const height = aspect < least ? roundHalfEven(image.width / least) : image.height;
  const width = aspect > most ? roundHalfEven(image.height * most) : image.width;
  return {
    top: Math.floor((image.height - height) / 2),
    left: Math.floor((image.width - width) / 2),
    height,
    width,
  };
}

/**
 * `_decode_and_random_crop` of google-deepmind/deepmind-research@f5de0ede, byol/utils/dataset.py: one try, whose sides
 * are cut to the image's, then the column and the row.
 *
 * DEVIATION (byol, views.style=deepmind): a side that rounds to 0 pixels, which stops TensorFlow, becomes 1.
 */
function drawAndClamp({ scale, ratio }: RandomResizedCropStep, image: Sides, draws: Draws): Window {
  const sides = sidesOf(scale, ratio, image, draws);
  const width = Math.max(1, Math.min(sides.width, image.width));
  const height = Math.max(1, Math.min(sides.height, image.height));
  const left = draws.int(image.width - width + 1);
  const top = draws.int(image.height - height + 1);
  return { top, left, height, width };
}

function sidesOf(
  scale: RandomResizedCropStep['scale'],
  ratio: RandomResizedCropStep['ratio'],
  image: Sides,
  draws: Draws,
): Sides {
  const area = image.height * image.width * within(scale[0], scale[1], draws);
  const aspect = Math.exp(within(Math.log(ratio[0]), Math.log(ratio[1]), draws));
  return { width: roundHalfEven(Math.sqrt(area * aspect)), height: roundHalfEven(Math.sqrt(area / aspect)) };
}
