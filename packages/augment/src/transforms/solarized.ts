import type { Applied, Transforms } from '../operation.ts';
import { solarize } from '../pixels/colour.ts';
import { floatSolarize } from '../pixels/floats.ts';
import { opaque } from './opaque.ts';

/** Inverts the values from `threshold` on. */
export type Solarized = Transforms<'solarize', { threshold: number }>;

export const solarized: Applied<Solarized> = {
  on: 'either',
  apply(canvas, { threshold }) {
    if (canvas.inFloats) floatSolarize(canvas, threshold);
    else solarize(opaque(canvas), threshold);
  },
};
