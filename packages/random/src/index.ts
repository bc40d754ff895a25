export { Key, key, foldCounter } from './key.ts';
export type { Part } from './key.ts';
export { words, uniform, bernoulli, normal } from './distributions.ts';
export { permutation } from './permutation.ts';
export { draws } from './draws.ts';
export type { Draws } from './draws.ts';
export { seeds, order, streamViews, view, viewIn, mask, stepMask, unitMask } from './streams.ts';
export type { Foldable, Seed, Seeds } from './streams.ts';
