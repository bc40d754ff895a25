import type { Operation, Transforms } from '../operation.ts';
import { isWhole, pixels, type Problem } from '../options.ts';
import { roundHalfEven } from '../round-half-even.ts';
import { squares, type Sides, type SourceShape, type Window } from '../shapes.ts';

/** The `size` x `size` pixels in the middle; black where the image is smaller, as torchvision pads. */
export interface CenterCropStep {
  readonly op: 'center-crop';
  readonly size: number;
}

/** Black beyond the image. */
type Cropped = Transforms<'crop', Window>;

export const centerCrop: Operation<CenterCropStep, Cropped> = {
  op: 'center-crop',
  needs: { size },
  takes: {},
  draw: ({ size }, image) => [{ op: 'crop', ...middle(size, image) }],
  shapeAfter: squares,
  // The window is all there is to it.
  transforms: { crop: { on: 'bytes', window: (transform) => transform, apply: () => undefined } },
};

/** A crop that reaches beyond a small image is padded; one that is larger than the resize before it is a mistake. */
function size(value: unknown, { resizedTo }: SourceShape): Problem {
  if (resizedTo === undefined || !isWhole(value) || value <= resizedTo) return pixels(value);
  return `a whole number of pixels from 2 to ${resizedTo}, the shorter side after the resize before it`;
}

/** The `size` x `size` window in the middle, which may reach beyond the image (torchvision's `center_crop`). */
function middle(size: number, { height, width }: Sides): Window {
  const start = (side: number): number =>
    side < size ? -Math.floor((size - side) / 2) : roundHalfEven((side - size) / 2);
  return { top: start(height), left: start(width), height: size, width: size };
}
