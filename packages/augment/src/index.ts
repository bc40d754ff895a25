export { checkAugment } from './check.ts';
export { drawTransforms } from './draw.ts';
export type { AugmentSpec, AugmentStep, Transform } from './operations.ts';
export { createCanvas } from './pixels/canvas.ts';
export type { Canvas } from './pixels/canvas.ts';
export { outputShape } from './shape.ts';
export type { ImageShape, SourceShape } from './shapes.ts';
export { applyTransforms, transformInto } from './transform.ts';
