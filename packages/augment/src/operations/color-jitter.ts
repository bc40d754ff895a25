import type { Draws } from '@spatial-ensemble/random';
import type { Operation, Transforms } from '../operation.ts';
import { isNumber, probability, style, type Problem, type Style } from '../options.ts';
import { floatBrightness, floatContrast, floatHue, floatSaturation } from '../pixels/floats.ts';
import { hue } from '../pixels/hue.ts';
import { blended, type Blended } from '../transforms/blended.ts';
import { within } from '../within.ts';

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

type Jittered =
  | Blended<'brightness' | 'contrast' | 'color'>
  /** Turns the hue by a share of a full turn, -0.5 to 0.5. */
  | Transforms<'hue' | 'float-hue', { by: number }>
  /** Adds a share of white. */
  | Transforms<'float-brightness', { by: number }>
  /** 1 leaves the image as it is, 0 leaves each channel's mean, or grey. */
  | Transforms<'float-contrast' | 'float-saturation', { factor: number }>;

export const colorJitter: Operation<ColorJitterStep, Jittered> = {
  op: 'color-jitter',
  needs: {
    p: probability,
    brightness: strength,
    contrast: strength,
    saturation: strength,
    hue: hueStrength,
    style,
  },
  takes: {},
  draw: (step, _image, draws) => (draws.boolean(step.p) ? drawJitter(step, draws) : []),
  transforms: {
    brightness: blended.brightness,
    contrast: blended.contrast,
    color: blended.color,
    hue: { on: 'bytes', apply: (canvas, { by }) => hue(canvas, by) },
    'float-brightness': { on: 'floats', apply: (canvas, { by }) => floatBrightness(canvas, by) },
    'float-contrast': { on: 'floats', apply: (canvas, { factor }) => floatContrast(canvas, factor) },
    'float-saturation': { on: 'floats', apply: (canvas, { factor }) => floatSaturation(canvas, factor) },
    'float-hue': { on: 'floats', apply: (canvas, { by }) => floatHue(canvas, by) },
  },
};

function strength(value: unknown): Problem {
  return isNumber(value) && value >= 0 && value < Infinity ? undefined : 'a strength, 0 or above';
}

function hueStrength(value: unknown): Problem {
  return isNumber(value) && value >= 0 && value <= 0.5 ? undefined : 'a share of a full turn, from 0 to 0.5';
}

/**
 * Draws the order, then the four strengths, as torchvision's `ColorJitter.get_params` does; all are drawn, whether an
 * operation is left out or not.
 */
function drawJitter(step: ColorJitterStep, draws: Draws): readonly Jittered[] {
  const order = shuffled([0, 1, 2, 3], draws);
  const drawn = step.style === 'torchvision' ? ofTorchvision(step, draws) : ofDeepMind(step, draws);
  const out: Jittered[] = [];
  for (const i of order) {
    const transform = drawn[i];
    if (transform) out.push(transform);
  }
  return out;
}

/** From the last to the second, each changes places with one that is not behind it. */
function shuffled(order: number[], draws: Draws): readonly number[] {
  for (let i = order.length - 1; i > 0; i--) {
    const j = draws.int(i + 1);
    const last = order[i] ?? i;
    order[i] = order[j] ?? j;
    order[j] = last;
  }
  return order;
}

type Drawn = readonly (Jittered | undefined)[];

/** ColorJitter of torchvision 0.28.0 (torchvision/transforms/transforms.py). */
function ofTorchvision({ brightness, contrast, saturation, hue }: ColorJitterStep, draws: Draws): Drawn {
  const factor = (strength: number): number => within(Math.max(0, 1 - strength), 1 + strength, draws);
  const factors = { brightness: factor(brightness), contrast: factor(contrast), color: factor(saturation) };
  const by = within(-hue, hue, draws);
  return [
    brightness > 0 ? { op: 'brightness', factor: factors.brightness } : undefined,
    contrast > 0 ? { op: 'contrast', factor: factors.contrast } : undefined,
    saturation > 0 ? { op: 'color', factor: factors.color } : undefined,
    hue > 0 ? { op: 'hue', by } : undefined,
  ];
}

/** `_color_jitter` of google-deepmind/deepmind-research@f5de0ede, byol/utils/augmentations.py. */
function ofDeepMind({ brightness, contrast, saturation, hue }: ColorJitterStep, draws: Draws): Drawn {
  const added = within(-brightness, brightness, draws);
  const contrasted = within(1 - contrast, 1 + contrast, draws);
  const saturated = within(1 - saturation, 1 + saturation, draws);
  const turned = within(-hue, hue, draws);
  return [
    brightness > 0 ? { op: 'float-brightness', by: added } : undefined,
    contrast > 0 ? { op: 'float-contrast', factor: contrasted } : undefined,
    saturation > 0 ? { op: 'float-saturation', factor: saturated } : undefined,
    hue > 0 ? { op: 'float-hue', by: turned } : undefined,
  ];
}
