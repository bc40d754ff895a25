/** A grey level, or one level a channel; whole, 0 to 255. */
export type Fill = number | readonly [number, number, number];

/** Mirrors left and right with probability `p`. */
interface FlipStep {
  readonly op: 'flip';
  readonly p: number;
}

/**
 * Pads by `max` pixels on every side and crops a window of the old size, uniform over its (2 max + 1)^2 places.
 * `reflect` mirrors without repeating the border pixel, as TensorFlow and NumPy understand that word.
 */
interface ShiftStep {
  readonly op: 'shift';
  readonly max: number;
  readonly mode: 'reflect';
}

/** Two or three random operations of the 14 of FixMatch; the variants are told apart in `randaugment.ts`. */
export interface RandAugmentStep {
  readonly op: 'randaugment';
  readonly variant: 'fm-code' | 'paper-range';
}

/**
 * Paints a square around a uniformly drawn pixel, cut off at the image's borders.
 * Its side is `size` pixels, or a share of the width drawn uniformly from `fraction`.
 */
export interface CutoutStep {
  readonly op: 'cutout';
  readonly size?: number;
  readonly fraction?: readonly [from: number, to: number];
  /** Default 127, see `cutout.ts`. */
  readonly fill?: Fill;
}

/**
 * Whose arithmetic an operation has: torchvision's on Pillow images, in bytes (momentum2, MoCo), or that of DeepMind's
 * BYOL, in float32 on [0, 1] from the crop to the last operation (google-deepmind/deepmind-research@f5de0ede,
 * byol/utils/augmentations.py, dataset.py). See `README.md` for where they differ.
 */
export type Style = 'torchvision' | 'deepmind';

/** `torchvision`: with antialiasing, as Pillow does. `deepmind`: TensorFlow's, without. Both bicubics have a = -0.5. */
export type Interpolation = 'bilinear' | 'bicubic';

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

/**
 * With probability `p`, brightness, contrast, saturation and hue, in a random order; each strength is the farthest
 * from no change, and 0 leaves the operation out. `torchvision`: the first three blend with black, the mean, grey by
 * U(max(0, 1 - s), 1 + s). `deepmind`: brightness adds U(-s, s), contrast scales about each channel's mean and
 * saturation scales S of HSV by U(1 - s, 1 + s). Hue turns by U(-s, s) of a full turn. Saturation and hue leave grey
 * images as they are.
 */
export interface ColorJitterStep {
  readonly op: 'color-jitter';
  readonly p: number;
  readonly brightness: number;
  readonly contrast: number;
  readonly saturation: number;
  readonly hue: number;
  readonly style: Style;
}

/** With probability `p`, the luma in all channels. Leaves grey images as they are. */
interface GrayscaleStep {
  readonly op: 'grayscale';
  readonly p: number;
  readonly style: Style;
}

/**
 * With probability `p`, a blur whose standard deviation in pixels is uniform in `sigma`. `torchvision`: Pillow's three
 * box blurs, as MoCo and momentum2 use it (not `torchvision.transforms.GaussianBlur`). `deepmind`: a true Gaussian,
 * zero beyond the borders.
 */
export interface GaussianBlurStep {
  readonly op: 'gaussian-blur';
  readonly p: number;
  readonly sigma: readonly [from: number, to: number];
  readonly style: Style;
  /** Only `deepmind`: taps of the kernel, odd. Default 2 trunc(height / 20) + 1: 23 at 224 pixels, 3 at 32. */
  readonly kernel?: number;
}

/**
 * With probability `p`, inverts the values from `threshold` (in grey levels) on: 128 in Pillow; 127.5, which is 0.5 of
 * 1, in DeepMind's code, the same for bytes.
 */
interface SolarizeStep {
  readonly op: 'solarize';
  readonly p: number;
  readonly threshold: number;
}

/** Resizes so that the shorter side has `size` pixels, as torchvision does, with antialiasing. */
interface ResizeStep {
  readonly op: 'resize';
  readonly size: number;
  readonly interpolation: Interpolation;
}

/** The `size` x `size` pixels in the middle; black where the image is smaller, as torchvision pads. */
interface CenterCropStep {
  readonly op: 'center-crop';
  readonly size: number;
}

/**
 * The square in the middle whose side is `share` of the shorter side, resized to `size` x `size` without antialiasing:
 * DeepMind's evaluation crop, `share` 224 / 256, bicubic.
 */
interface ResizedCenterCropStep {
  readonly op: 'resized-center-crop';
  readonly size: number;
  readonly share: number;
  readonly interpolation: Interpolation;
}

export type AugmentStep =
  | FlipStep
  | ShiftStep
  | RandAugmentStep
  | CutoutStep
  | RandomResizedCropStep
  | ColorJitterStep
  | GrayscaleStep
  | GaussianBlurStep
  | SolarizeStep
  | ResizeStep
  | CenterCropStep
  | ResizedCenterCropStep;

/** An augmentation as data: its steps, in order. `[]` leaves the image as it is. */
export type AugmentSpec = readonly AugmentStep[];
