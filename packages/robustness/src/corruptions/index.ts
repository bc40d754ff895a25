export { corrupt, drawnBy, type Corrupting } from './corrupt.ts';
export type { Shape } from './corruption.ts';
export { CORRUPTIONS, STYLES, type CorruptionName, type Style } from './names.ts';
