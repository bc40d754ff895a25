import type { Operation, Transforms } from '../operation.ts';
import { isWhole, oneOf, type Problem } from '../options.ts';
import { shift as shiftPixels } from '../pixels/geometry.ts';
import type { SourceShape } from '../shapes.ts';

/**
 * Pads by `max` pixels on every side and crops a window of the old size, uniform over its (2 max + 1)^2 places.
 * `reflect` mirrors without repeating the border pixel, as TensorFlow and NumPy understand that word.
 */
export interface ShiftStep {
  readonly op: 'shift';
  readonly max: number;
  readonly mode: 'reflect';
}

/** The window's place in the image mirrored at its borders, in pixels. */
type Shifted = Transforms<'shift', { x: number; y: number }>;

export const shift: Operation<ShiftStep, Shifted> = {
  op: 'shift',
  needs: { max: distance, mode: oneOf('reflect') },
  takes: {},
  draw({ max }, _image, draws) {
    // Row before column, as `tf.random_crop` draws.
    const y = draws.int(2 * max + 1) - max;
    const x = draws.int(2 * max + 1) - max;
    return [{ op: 'shift', x, y }];
  },
  transforms: { shift: { on: 'bytes', apply: (canvas, { x, y }) => shiftPixels(canvas, x, y) } },
};

function distance(value: unknown, { height, width }: SourceShape): Problem {
  if (height === undefined || width === undefined)
    return 'after a step that makes the images one size, such as random-resized-crop';
  const most = Math.min(height, width) - 1;
  return isWhole(value) && value >= 0 && value <= most
    ? undefined
    : `a whole number of pixels from 0 to ${most}, the most that ${height} x ${width} pixels can be mirrored by`;
}
