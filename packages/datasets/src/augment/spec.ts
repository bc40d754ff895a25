/** A grey level, or one level a channel; whole, 0 to 255. */
export type Fill = number | readonly [number, number, number];

/** Mirrors left and right with probability `p`. */
export interface FlipStep {
  readonly op: 'flip';
  readonly p: number;
}

/**
 * Pads by `max` pixels on every side and crops a window of the old size, uniform over its (2 max + 1)^2 places.
 * `reflect` mirrors without repeating the border pixel, as TensorFlow and NumPy understand that word.
 */
export interface ShiftStep {
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

export type AugmentStep = FlipStep | ShiftStep | RandAugmentStep | CutoutStep;

/** An augmentation as data: its steps, in order. `[]` leaves the image as it is. */
export type AugmentSpec = readonly AugmentStep[];
