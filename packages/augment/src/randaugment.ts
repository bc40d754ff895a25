import type { Draws } from '@spatial-ensemble/random';
import type { ImageShape } from './canvas.ts';
import type { RandAugmentStep } from './spec.ts';
import type { Transform } from './transform.ts';

/** The pool of both variants (FixMatch, libml/augment.py, RANDOM_POLICY_OPS). */
const OPERATIONS = [
  'identity',
  'auto-contrast',
  'equalize',
  'rotate',
  'solarize',
  'color',
  'contrast',
  'brightness',
  'sharpness',
  'shear-x',
  'translate-x',
  'translate-y',
  'posterize',
  'shear-y',
] as const;

type Operation = (typeof OPERATIONS)[number];

// What geometric operations uncover: 0 in [-1, 1] in the official code, which is 127.5 as a byte.
const UNCOVERED = 127;

/**
 * RandAugment as FixMatch uses it, without the Cutout that follows it.
 *
 * `fm-code`: google-research/fixmatch@d4985a15, libml/augment.py (`AugmentPoolRAMC`) and
 * third_party/auto_augment/augmentations.py: two operations with replacement, each of which fires with probability
 * one half, at a level from 1 to 9 of 10, geometric ones with a random sign.
 *
 * `paper-range`: the ranges of the FixMatch paper's table of transformations, as TorchSSL/TorchSSL@f26e1d42,
 * datasets/augmentation/randaugment.py carries them: three operations, always applied, with a uniform value; what
 * geometric operations uncover is black.
 */
export function drawRandAugment(step: RandAugmentStep, shape: ImageShape, draws: Draws, out: Transform[]): void {
  if (step.variant === 'paper-range') {
    for (let i = 0; i < 3; i++)
      push(out, inPaperRange(OPERATIONS[draws.int(OPERATIONS.length)]!, draws.uniform(), shape));
    return;
  }
  for (let i = 0; i < 2; i++) {
    const operation = OPERATIONS[draws.int(OPERATIONS.length)]!;
    const level = 1 + draws.int(9);
    const fires = draws.boolean(0.5);
    const sign = draws.boolean(0.5) ? -1 : 1;
    if (fires) push(out, atLevel(operation, level, sign, shape));
  }
  // DEVIATION: the official code takes the image through float32, which makes 47 of the 256 levels darker by one
  // (1 … 47; it truncates where it means to round), and paints 127.5. Bytes stay here what they are, and 127 is the
  // grey that its CTAugment and kekmodel/FixMatch-pytorch paint.
  out.push({ op: 'fill-uncovered', fill: UNCOVERED });
}

/**
 * An operation of `fm-code`.
 *
 * @param level whole, from 1 to 9 (of 10)
 * @param sign -1 or 1; only geometric operations have one
 */
export function atLevel(
  operation: Operation,
  level: number,
  sign: number,
  { height, width }: ImageShape,
): Transform | undefined {
  switch (operation) {
    case 'identity':
      return undefined;
    case 'auto-contrast':
    case 'equalize':
      return { op: operation };
    case 'rotate':
      return { op: operation, degrees: sign * Math.trunc((level * 30) / 10) };
    case 'shear-x':
    case 'shear-y':
      return { op: operation, by: (sign * (level * 0.3)) / 10 };
    // Up to 10 pixels of 32, as a share of the side: at 28 pixels, 0 … 7.
    case 'translate-x':
      return { op: operation, by: sign * Math.trunc((level * width) / 32) };
    case 'translate-y':
      return { op: operation, by: sign * Math.trunc((level * height) / 32) };
    case 'posterize':
      return { op: operation, bits: 4 - Math.trunc((level * 4) / 10) };
    case 'solarize':
      return { op: operation, threshold: 256 - Math.trunc((level * 256) / 10) };
    case 'color':
    case 'contrast':
    case 'brightness':
    case 'sharpness':
      return { op: operation, factor: (level * 1.8) / 10 + 0.1 };
  }
}

/**
 * An operation of `paper-range`.
 *
 * @param u in [0, 1): where in the operation's range
 */
export function inPaperRange(operation: Operation, u: number, { height, width }: ImageShape): Transform | undefined {
  const within = (from: number, to: number): number => from + (to - from) * u;
  switch (operation) {
    case 'identity':
      return undefined;
    case 'auto-contrast':
    case 'equalize':
      return { op: operation };
    case 'rotate':
      return { op: operation, degrees: within(-30, 30) };
    case 'shear-x':
    case 'shear-y':
      return { op: operation, by: within(-0.3, 0.3) };
    case 'translate-x':
      return { op: operation, by: within(-0.3, 0.3) * width };
    case 'translate-y':
      return { op: operation, by: within(-0.3, 0.3) * height };
    case 'posterize':
      return { op: operation, bits: Math.trunc(within(4, 8)) };
    case 'solarize':
      return { op: operation, threshold: within(0, 256) };
    case 'color':
    case 'contrast':
    case 'brightness':
    case 'sharpness':
      return { op: operation, factor: within(0.05, 0.95) };
  }
}

function push(out: Transform[], transform: Transform | undefined): void {
  if (transform) out.push(transform);
}
