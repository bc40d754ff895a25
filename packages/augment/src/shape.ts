import type { ImageShape } from './canvas.ts';
import type { AugmentSpec, AugmentStep } from './spec.ts';

/** What is known of all images of a source: files may have any size, so that only the channels are. */
export interface SourceShape {
  readonly height?: number;
  readonly width?: number;
  /** 1 or 3 */
  readonly channels: number;
  /** The shorter side, where a resize has just set it. */
  readonly resizedTo?: number;
}

/** What is known of the images after a step. */
export function shapeAfter(step: AugmentStep, shape: SourceShape): SourceShape {
  const { height, width, channels } = shape;
  switch (step.op) {
    case 'random-resized-crop':
    case 'center-crop':
    case 'resized-center-crop':
      return { height: step.size, width: step.size, channels };
    case 'resize':
      return height === undefined || width === undefined
        ? { channels, resizedTo: step.size }
        : { ...sidesAfterResize(step.size, height, width), channels, resizedTo: step.size };
    default:
      return shape;
  }
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

/** Both sides when the shorter one becomes `size` (torchvision's functional.py, `_compute_resized_output_size`). */
export function sidesAfterResize(
  size: number,
  height: number,
  width: number,
): { readonly height: number; readonly width: number } {
  return width <= height
    ? { width: size, height: Math.trunc((size * height) / width) }
    : { width: Math.trunc((size * width) / height), height: size };
}
