export { smoothBuffers, type BufferMode } from './buffers.ts';
export { agedBy, effectiveMomentum } from './effective.ts';
export { schedule, type Schedule, type ScheduleSpec } from './schedule.ts';
export { smooth, type Draw, type Smoothed, type SmoothingKind, type SmoothingStep, type Tensors } from './smooth.ts';
export { unitsOf, type Granularity, type Metas, type Unit, type Units, type VariableMeta } from './units.ts';
