import type { Operation } from '../operation.ts';
import { interpolation, isNumber, pixels, type Problem } from '../options.ts';
import type { Interpolation } from '../pixels/taps.ts';
import { squares, type Sides, type Window } from '../shapes.ts';
import { cropResized, type CropResized } from '../transforms/crop-resized.ts';

/**
 * The square in the middle whose side is `share` of the shorter side, resized to `size` x `size` without antialiasing:
 * DeepMind's evaluation crop, `share` 224 / 256, bicubic.
 */
export interface ResizedCenterCropStep {
  readonly op: 'resized-center-crop';
  readonly size: number;
  readonly share: number;
  readonly interpolation: Interpolation;
}

export const resizedCenterCrop: Operation<ResizedCenterCropStep, CropResized> = {
  op: 'resized-center-crop',
  needs: { size: pixels, share, interpolation },
  takes: {},
  draw({ size, share, interpolation }, image) {
    const from = middle(share, image);
    return [{ op: 'crop-resize', from, to: { height: size, width: size }, interpolation, style: 'deepmind' }];
  },
  shapeAfter: squares,
  transforms: { 'crop-resize': cropResized },
};

function share(value: unknown): Problem {
  return isNumber(value) && value > 0 && value <= 1 ? undefined : 'a share of the shorter side, above 0 and up to 1';
}

/**
 * The square in the middle with a share of the shorter side (google-deepmind/deepmind-research@f5de0ede,
 * byol/utils/dataset.py, `_decode_and_center_crop`).
 */
function middle(share: number, { height, width }: Sides): Window {
  const side = Math.max(1, Math.trunc(Math.fround(Math.fround(share) * Math.min(height, width))));
  const start = (whole: number): number => Math.floor((whole - side + 1) / 2);
  return { top: start(height), left: start(width), height: side, width: side };
}
