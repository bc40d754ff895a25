import type { Operation } from '../operation.ts';
import { interpolation, pixels } from '../options.ts';
import type { Interpolation } from '../pixels/taps.ts';
import type { Sides } from '../shapes.ts';
import { cropResized, type CropResized } from '../transforms/crop-resized.ts';

/** Resizes so that the shorter side has `size` pixels, as torchvision does, with antialiasing. */
export interface ResizeStep {
  readonly op: 'resize';
  readonly size: number;
  readonly interpolation: Interpolation;
}

export const resize: Operation<ResizeStep, CropResized> = {
  op: 'resize',
  needs: { size: pixels, interpolation },
  takes: {},
  draw({ size, interpolation }, { height, width }) {
    const from = { top: 0, left: 0, height, width };
    return [{ op: 'crop-resize', from, to: sidesAfter(size, from), interpolation, style: 'torchvision' }];
  },
  shapeAfter({ size }, { height, width, channels }) {
    return height === undefined || width === undefined
      ? { channels, resizedTo: size }
      : { ...sidesAfter(size, { height, width }), channels, resizedTo: size };
  },
  transforms: { 'crop-resize': cropResized },
};

/** Both sides when the shorter one becomes `size` (torchvision's functional.py, `_compute_resized_output_size`). */
function sidesAfter(size: number, { height, width }: Sides): Sides {
  return width <= height
    ? { width: size, height: Math.trunc((size * height) / width) }
    : { width: Math.trunc((size * width) / height), height: size };
}
