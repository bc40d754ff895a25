import type { Draws } from '@spatial-ensemble/random';
import { operationOf, type AugmentSpec, type Transform } from './operations.ts';
import { imageAfter } from './shape.ts';
import type { ImageShape } from './shapes.ts';

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
    for (const transform of operationOf(step).draw(step, shape, draws)) out.push(transform);
    shape = imageAfter(step, shape);
  }
  return out;
}
