import type { Draws } from '@spatial-ensemble/random';
import type { Applied, Operation, Transforms } from '../operation.ts';
import { oneOf } from '../options.ts';
import { autoContrast, equalize, posterize } from '../pixels/colour.ts';
import { affine, rotation, type Matrix } from '../pixels/geometry.ts';
import { fillUncovered, type Fill } from '../pixels/paint.ts';
import type { ImageShape, Sides } from '../shapes.ts';
import { blended, type Blended } from '../transforms/blended.ts';
import { opaque } from '../transforms/opaque.ts';
import { solarized, type Solarized } from '../transforms/solarized.ts';

/** Two or three random operations of the 14 of FixMatch; how the variants differ stands below. */
export interface RandAugmentStep {
  readonly op: 'randaugment';
  readonly variant: 'fm-code' | 'paper-range';
}

type Randomly =
  | Blended<'brightness' | 'contrast' | 'color' | 'sharpness'>
  | Solarized
  | Transforms<'auto-contrast' | 'equalize'>
  /** Keeps the highest bits, 0 to 8. */
  | Transforms<'posterize', { bits: number }>
  /** Counter-clockwise about the centre, between -90 and 90. */
  | Transforms<'rotate', { degrees: number }>
  /** The source of a pixel lies `by` pixels further for every pixel of the other coordinate. */
  | Transforms<'shear-x' | 'shear-y', { by: number }>
  /** The source of a pixel lies `by` pixels further: the picture moves left, or up. */
  | Transforms<'translate-x' | 'translate-y', { by: number }>
  /** Paints what geometric operations uncovered, and no colour operation filled with its own colour since. */
  | Transforms<'fill-uncovered', { fill: Fill }>;

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
export const randaugment: Operation<RandAugmentStep, Randomly> = {
  op: 'randaugment',
  needs: { variant: oneOf('fm-code', 'paper-range') },
  takes: {},
  draw: ({ variant }, shape, draws) => (variant === 'fm-code' ? drawAsCoded(shape, draws) : drawAsPaper(shape, draws)),
  transforms: {
    ...blended,
    solarize: solarized,
    'auto-contrast': { on: 'bytes', apply: (canvas) => autoContrast(opaque(canvas)) },
    equalize: { on: 'bytes', apply: (canvas) => equalize(opaque(canvas)) },
    posterize: { on: 'bytes', apply: (canvas, { bits }) => posterize(opaque(canvas), bits) },
    rotate: moved(({ degrees }, { height, width }) => rotation(degrees, width, height)),
    'shear-x': moved(({ by }) => [1, by, 0, 0, 1, 0]),
    'shear-y': moved(({ by }) => [1, 0, 0, by, 1, 0]),
    'translate-x': moved(({ by }) => [1, 0, by, 0, 1, 0]),
    'translate-y': moved(({ by }) => [1, 0, 0, 0, 1, by]),
    'fill-uncovered': { on: 'bytes', apply: (canvas, { fill }) => fillUncovered(canvas, fill) },
  },
};

function moved<T extends Randomly>(matrix: (transform: T, sides: Sides) => Matrix): Applied<T> {
  return { on: 'bytes', apply: (canvas, transform) => affine(canvas, matrix(transform, canvas)) };
}

/** One of the pool: what it is at a level of `fm-code`, and at a place in its range of `paper-range`. */
interface Choice {
  /** @param level from 1 to 9 (of 10) @param sign -1 or 1; only geometric operations have one */
  atLevel(level: number, sign: number, sides: Sides): Randomly | undefined;
  /** @param u in [0, 1) */
  inPaperRange(u: number, sides: Sides): Randomly | undefined;
}

const always = (transform: Randomly | undefined): Choice => ({
  atLevel: () => transform,
  inPaperRange: () => transform,
});

const blend = (op: 'brightness' | 'contrast' | 'color' | 'sharpness'): Choice => ({
  atLevel: (level) => ({ op, factor: (level * 1.8) / 10 + 0.1 }),
  inPaperRange: (u) => ({ op, factor: between(0.05, 0.95, u) }),
});

const shear = (op: 'shear-x' | 'shear-y'): Choice => ({
  atLevel: (level, sign) => ({ op, by: (sign * (level * 0.3)) / 10 }),
  inPaperRange: (u) => ({ op, by: between(-0.3, 0.3, u) }),
});

/** Up to 10 pixels of 32, as a share of the side: at 28 pixels, 0 … 7. */
const translate = (op: 'translate-x' | 'translate-y', side: 'width' | 'height'): Choice => ({
  atLevel: (level, sign, sides) => ({ op, by: sign * Math.trunc((level * sides[side]) / 32) }),
  inPaperRange: (u, sides) => ({ op, by: between(-0.3, 0.3, u) * sides[side] }),
});

/** The pool of both variants, in the order in which it is drawn from (FixMatch, libml/augment.py, RANDOM_POLICY_OPS). */
export const POOL = {
  identity: always(undefined),
  'auto-contrast': always({ op: 'auto-contrast' }),
  equalize: always({ op: 'equalize' }),
  rotate: {
    atLevel: (level, sign) => ({ op: 'rotate', degrees: sign * Math.trunc((level * 30) / 10) }),
    inPaperRange: (u) => ({ op: 'rotate', degrees: between(-30, 30, u) }),
  },
  solarize: {
    atLevel: (level) => ({ op: 'solarize', threshold: 256 - Math.trunc((level * 256) / 10) }),
    inPaperRange: (u) => ({ op: 'solarize', threshold: between(0, 256, u) }),
  },
  color: blend('color'),
  contrast: blend('contrast'),
  brightness: blend('brightness'),
  sharpness: blend('sharpness'),
  'shear-x': shear('shear-x'),
  'translate-x': translate('translate-x', 'width'),
  'translate-y': translate('translate-y', 'height'),
  posterize: {
    atLevel: (level) => ({ op: 'posterize', bits: 4 - Math.trunc((level * 4) / 10) }),
    inPaperRange: (u) => ({ op: 'posterize', bits: Math.trunc(between(4, 8, u)) }),
  },
  'shear-y': shear('shear-y'),
} satisfies { readonly [name: string]: Choice };

const CHOICES: readonly Choice[] = Object.values(POOL);

function choose(draws: Draws): Choice {
  // `!`: the index is drawn below the length.
  return CHOICES[draws.int(CHOICES.length)]!;
}

function between(from: number, to: number, u: number): number {
  return from + (to - from) * u;
}

// What geometric operations uncover: 0 in [-1, 1] in the official code, which is 127.5 as a byte.
const UNCOVERED = 127;

function drawAsCoded(shape: ImageShape, draws: Draws): readonly Randomly[] {
  const out: Randomly[] = [];
  for (let i = 0; i < 2; i++) {
    const choice = choose(draws);
    const level = 1 + draws.int(9);
    const fires = draws.boolean(0.5);
    const sign = draws.boolean(0.5) ? -1 : 1;
    const transform = fires ? choice.atLevel(level, sign, shape) : undefined;
    if (transform) out.push(transform);
  }
  // DEVIATION (fixmatch): the official code takes the image through float32, which makes 47 of the 256 levels darker by one
  // (1 … 47; it truncates where it means to round), and paints 127.5. Bytes stay here what they are, and 127 is the
  // grey that its CTAugment and kekmodel/FixMatch-pytorch paint.
  return [...out, { op: 'fill-uncovered', fill: UNCOVERED }];
}

function drawAsPaper(shape: ImageShape, draws: Draws): readonly Randomly[] {
  const out: Randomly[] = [];
  for (let i = 0; i < 3; i++) {
    const transform = choose(draws).inPaperRange(draws.uniform(), shape);
    if (transform) out.push(transform);
  }
  return out;
}
