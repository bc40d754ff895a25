import type { Applied, Transforms } from '../operation.ts';
import type { Style } from '../options.ts';
import { floatResample } from '../pixels/floats.ts';
import { resample } from '../pixels/resample.ts';
import type { Interpolation } from '../pixels/taps.ts';
import type { Sides, Window } from '../shapes.ts';

/** Resizes what is in the window; `deepmind` leaves the image in floats. */
export type CropResized = Transforms<
  'crop-resize',
  { from: Window; to: Sides; interpolation: Interpolation; style: Style }
>;

export const cropResized: Applied<CropResized> = {
  on: 'bytes',
  window: ({ from }) => from,
  apply(canvas, { to, interpolation, style }) {
    if (style === 'torchvision') resample(canvas, to, interpolation);
    else floatResample(canvas, to, interpolation);
  },
};
