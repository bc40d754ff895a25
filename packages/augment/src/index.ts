export { createCanvas } from './canvas.ts';
export type { Canvas, ImageShape } from './canvas.ts';
export { checkAugment } from './check.ts';
export { drawTransforms } from './draw.ts';
export { outputShape } from './shape.ts';
export type { SourceShape } from './shape.ts';
export type { AugmentSpec, AugmentStep } from './spec.ts';
export { applyTransforms, transformInto } from './transform.ts';
export type { Transform } from './transform.ts';
