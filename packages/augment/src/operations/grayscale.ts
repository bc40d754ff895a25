import type { Operation, Transforms } from '../operation.ts';
import { probability, style, type Style } from '../options.ts';
import { grayscale as grey } from '../pixels/colour.ts';
import { floatGrayscale } from '../pixels/floats.ts';

/** With probability `p`, the luma in all channels. Leaves grey images as they are. */
export interface GrayscaleStep {
  readonly op: 'grayscale';
  readonly p: number;
  readonly style: Style;
}

export const grayscale: Operation<GrayscaleStep, Transforms<'grayscale' | 'float-grayscale'>> = {
  op: 'grayscale',
  needs: { p: probability, style },
  takes: {},
  draw({ p, style }, _image, draws) {
    return draws.boolean(p) ? [{ op: style === 'torchvision' ? 'grayscale' : 'float-grayscale' }] : [];
  },
  transforms: {
    grayscale: { on: 'bytes', apply: grey },
    'float-grayscale': { on: 'floats', apply: floatGrayscale },
  },
};
