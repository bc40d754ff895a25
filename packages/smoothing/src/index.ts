export { smoothBuffers, type BufferMode } from './buffers.ts';
export { agedBy, effectiveMomentum, warmedShares, type Shares } from './effective.ts';
export { firstCopy, type FirstCopy } from './first-copy.ts';
export { type Draw, type PreserveRates } from './masks.ts';
export { schedule, type Schedule, type ScheduleSpec } from './schedule.ts';
export { type Share } from './share.ts';
export {
  smooth,
  type Momentum,
  type Smoothed,
  type SmoothingKind,
  type SmoothingStep,
  type Tensors,
} from './smooth.ts';
export { unitsOf, type Granularity, type Metas, type Unit, type Units, type VariableMeta } from './units.ts';
