import type { Draws } from '@spatial-ensemble/random';
import type { ImageShape } from './canvas.ts';
import { centerShare, centerWindow, drawCrop, within, type Window } from './crop.ts';
import { drawCutout } from './cutout.ts';
import { drawColorJitter } from './jitter.ts';
import { drawRandAugment } from './randaugment.ts';
import { sidesAfterResize } from './shape.ts';
import type { AugmentSpec, AugmentStep, GaussianBlurStep } from './spec.ts';
import { shapeAfterTransform, type Transform } from './transform.ts';

/**
 * Draws what an augmentation does to one image: everything random about it. The spec must have passed
 * `checkAugment` for this image's source.
 *
 * @param image the shape of this image
 */
export function drawTransforms(spec: AugmentSpec, image: ImageShape, draws: Draws): readonly Transform[] {
  const out: Transform[] = [];
  let shape = image;
  for (const step of spec) {
    const before = out.length;
    drawStep(step, shape, draws, out);
    for (let i = before; i < out.length; i++) shape = shapeAfterTransform(out[i]!, shape);
  }
  return out;
}

function drawStep(step: AugmentStep, shape: ImageShape, draws: Draws, out: Transform[]): void {
  switch (step.op) {
    case 'flip':
      if (draws.boolean(step.p)) out.push({ op: 'flip' });
      return;
    case 'shift': {
      // Row before column, as `tf.random_crop` draws.
      const y = draws.int(2 * step.max + 1) - step.max;
      const x = draws.int(2 * step.max + 1) - step.max;
      out.push({ op: 'shift', x, y });
      return;
    }
    case 'randaugment':
      return drawRandAugment(step, shape, draws, out);
    case 'cutout':
      return drawCutout(step, shape, draws, out);
    case 'random-resized-crop': {
      const { size, interpolation, style } = step;
      const from = drawCrop(step, shape, draws);
      out.push({ op: 'crop-resize', from, to: { height: size, width: size }, interpolation, style });
      return;
    }
    case 'color-jitter':
      if (draws.boolean(step.p)) drawColorJitter(step, draws, out);
      return;
    case 'grayscale':
      if (draws.boolean(step.p)) out.push({ op: step.style === 'torchvision' ? 'grayscale' : 'float-grayscale' });
      return;
    case 'gaussian-blur':
      if (draws.boolean(step.p)) out.push(drawBlur(step, shape, draws));
      return;
    case 'solarize':
      if (draws.boolean(step.p)) out.push({ op: 'solarize', threshold: step.threshold });
      return;
    case 'resize': {
      const to = sidesAfterResize(step.size, shape.height, shape.width);
      const { interpolation } = step;
      out.push({ op: 'crop-resize', from: wholeOf(shape), to, interpolation, style: 'torchvision' });
      return;
    }
    case 'center-crop':
      out.push({ op: 'crop', ...centerWindow(step.size, shape) });
      return;
    case 'resized-center-crop': {
      const { size, share, interpolation } = step;
      const from = centerShare(share, shape);
      out.push({ op: 'crop-resize', from, to: { height: size, width: size }, interpolation, style: 'deepmind' });
      return;
    }
  }
}

function drawBlur(
  { style, sigma: [from, to], kernel }: GaussianBlurStep,
  { height }: ImageShape,
  draws: Draws,
): Transform {
  const sigma = within(from, to, draws);
  if (style === 'torchvision') return { op: 'gaussian-blur', sigma };
  const radius = kernel === undefined ? Math.trunc(height / 10 / 2) : (kernel - 1) / 2;
  return { op: 'float-blur', sigma, radius };
}

function wholeOf({ height, width }: ImageShape): Window {
  return { top: 0, left: 0, height, width };
}
