export type { AugmentSpec, AugmentStep, CutoutStep, Fill, FlipStep, RandAugmentStep, ShiftStep } from './augment/spec.ts';
export type { HostImages, HostLabels } from './host-tensor.ts';
export type { ImageSet, Manifest } from './image-set.ts';
export type { LoadedBatch, Loader, LoaderOptions } from './loader.ts';
export type { StreamSpec, ViewSpec } from './stream.ts';
