import type { Interpolation } from './pixels/taps.ts';
import { LONGEST_SIDE, type SourceShape } from './shapes.ts';

// Checks of options that several operations have. What only one has is checked beside it.

/** What a value must be instead, as the end of "`size` must be …"; undefined if it is fine. */
export type Problem = string | undefined;

/** @param shape what is known of the images before the step */
export type Check = (value: unknown, shape: SourceShape) => Problem;

/**
 * Whose arithmetic an operation has: torchvision's on Pillow images, in bytes (momentum2, MoCo), or that of DeepMind's
 * BYOL, in float32 on [0, 1] from the crop to the last operation (google-deepmind/deepmind-research@f5de0ede,
 * byol/utils/augmentations.py, dataset.py). See `README.md` for where they differ.
 */
export type Style = 'torchvision' | 'deepmind';

export const style: Check = oneOf<Style>('torchvision', 'deepmind');

export const interpolation: Check = oneOf<Interpolation>('bilinear', 'bicubic');

export function oneOf<Name extends string>(...names: readonly Name[]): Check {
  return (value) => (names.some((name) => name === value) ? undefined : names.map((name) => `'${name}'`).join(' or '));
}

export function probability(value: unknown): Problem {
  return isNumber(value) && value >= 0 && value <= 1 ? undefined : 'a probability in [0, 1]';
}

/** One pixel is a colour and no image. */
export function pixels(value: unknown): Problem {
  return isWhole(value) && value >= 2 && value <= LONGEST_SIDE
    ? undefined
    : `a whole number of pixels from 2 to ${LONGEST_SIDE}`;
}

/** Whether a value is two numbers, the smaller first, from `least` to `most`. */
export function isRange(value: unknown, least: number, most: number): boolean {
  const [from, to] = Array.isArray(value) && value.length === 2 ? (value as readonly unknown[]) : [];
  return isNumber(from) && isNumber(to) && from >= least && from <= to && to <= most;
}

export function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

export function isWhole(value: unknown): value is number {
  return Number.isInteger(value);
}
