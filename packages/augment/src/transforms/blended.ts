import type { Applied, Transforms } from '../operation.ts';
import { brightness, color, contrast, sharpness } from '../pixels/colour.ts';
import type { Canvas } from '../pixels/canvas.ts';

/** 1 leaves the image as it is, 0 leaves black, the mean, grey, or the smoothed image. */
export type Blended<Op extends 'brightness' | 'contrast' | 'color' | 'sharpness'> = Transforms<Op, { factor: number }>;

type Factor = { readonly op: string; readonly factor: number };

const blending = (blend: (canvas: Canvas, factor: number) => void): Applied<Factor> => ({
  on: 'bytes',
  apply: (canvas, { factor }) => blend(canvas, factor),
});

export const blended = {
  brightness: blending(brightness),
  contrast: blending(contrast),
  color: blending(color),
  sharpness: blending(sharpness),
};
