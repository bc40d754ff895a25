import type { Draws } from '@spatial-ensemble/random';
import { within } from './crop.ts';
import type { ColorJitterStep } from './spec.ts';
import type { Transform } from './transform.ts';

/**
 * Draws the order, then the four strengths, as torchvision's `ColorJitter.get_params` does; all are drawn, whether an
 * operation is left out or not.
 */
export function drawColorJitter(step: ColorJitterStep, draws: Draws, out: Transform[]): void {
  const order = [0, 1, 2, 3];
  for (let i = 3; i > 0; i--) {
    const j = draws.int(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  const transforms = step.style === 'torchvision' ? ofTorchvision(step, draws) : ofDeepMind(step, draws);
  for (const i of order) {
    const transform = transforms[i];
    if (transform) out.push(transform);
  }
}

type Drawn = readonly (Transform | undefined)[];

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
