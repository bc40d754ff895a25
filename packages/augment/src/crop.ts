import type { Draws } from '@spatial-ensemble/random';
import type { RandomResizedCropStep } from './spec.ts';

/** A rectangle in pixels, inside an image. */
export interface Window {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/** The sides of an image, in pixels. */
export interface Sides {
  readonly height: number;
  readonly width: number;
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
 * DEVIATION: a side that rounds to 0 pixels, which stops TensorFlow, becomes 1.
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

/** Uniform in [from, to); one word. */
export function within(from: number, to: number, draws: Draws): number {
  return from + (to - from) * draws.uniform();
}

/** The `size` x `size` window in the middle, which may reach beyond the image (torchvision's `center_crop`). */
export function centerWindow(size: number, { height, width }: Sides): Window {
  const start = (side: number): number =>
    side < size ? -Math.floor((size - side) / 2) : roundHalfEven((side - size) / 2);
  return { top: start(height), left: start(width), height: size, width: size };
}

/** The square in the middle with a share of the shorter side (`_decode_and_center_crop` of the same file). */
export function centerShare(share: number, { height, width }: Sides): Window {
  const side = Math.max(1, Math.trunc(Math.fround(Math.fround(share) * Math.min(height, width))));
  const start = (whole: number): number => Math.floor((whole - side + 1) / 2);
  return { top: start(height), left: start(width), height: side, width: side };
}

/** Ties go to the even number, as in Python and TensorFlow. */
function roundHalfEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  return rest < 0.5 || (rest === 0.5 && below % 2 === 0) ? below : below + 1;
}
