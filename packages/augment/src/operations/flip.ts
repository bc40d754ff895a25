import type { Operation, Transforms } from '../operation.ts';
import { probability } from '../options.ts';
import { floatFlip } from '../pixels/floats.ts';
import { flip as flipPixels } from '../pixels/geometry.ts';

/** Mirrors left and right with probability `p`. */
export interface FlipStep {
  readonly op: 'flip';
  readonly p: number;
}

export const flip: Operation<FlipStep, Transforms<'flip'>> = {
  op: 'flip',
  needs: { p: probability },
  takes: {},
  draw: ({ p }, _image, draws) => (draws.boolean(p) ? [{ op: 'flip' }] : []),
  transforms: {
    flip: { on: 'either', apply: (canvas) => (canvas.inFloats ? floatFlip(canvas) : flipPixels(canvas)) },
  },
};
