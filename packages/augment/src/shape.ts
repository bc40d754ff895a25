import { operationOf, type AugmentSpec, type AugmentStep } from './operations.ts';
import type { ImageShape, SourceShape } from './shapes.ts';

/** What is known of the images after a step. */
export function shapeAfter(step: AugmentStep, shape: SourceShape): SourceShape {
  return operationOf(step).shapeAfter?.(step, shape) ?? shape;
}

/** The shape of one image after a step. */
export function imageAfter(step: AugmentStep, image: ImageShape): ImageShape {
  const { height = image.height, width = image.width } = shapeAfter(step, image);
  return { height, width, channels: image.channels };
}

/**
 * The shape of every image after an augmentation that has passed `checkAugment`.
 *
 * @throws Error that names the steps to add, if the images would not have one size
 */
export function outputShape(spec: AugmentSpec, source: SourceShape): ImageShape {
  const { height, width, channels } = spec.reduce((shape: SourceShape, step) => shapeAfter(step, shape), source);
  if (height === undefined || width === undefined)
    throw new Error(
      'the images of a batch need one size; add a step that gives them one: random-resized-crop, center-crop or resized-center-crop',
    );
  return { height, width, channels };
}
