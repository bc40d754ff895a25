export { decodeSafetensors, encodeSafetensors, type StoredTensor } from './checkpoint/safetensors.ts';
export { DataSpec, prepareData, type RunData } from './data.ts';
export { channelsFit, classesFit, cropScale, imagesSuffice } from './fits.ts';
export type { KnownData, Problem } from './known-data.ts';
export type { FeaturesOf, ImagesOf, Measurement, MeasurementTools } from './measurement.ts';
export type {
  At,
  Batch,
  Epoch,
  HostBatch,
  Machine,
  Method,
  Metrics,
  Scalars,
  Score,
  State,
  StreamViews,
  Variables,
  Weights,
} from './method.ts';
export { defineExperiment, type Experiment, type Extensions } from './study/experiment.ts';
export { resolveRuns, variantsAt, type ResolvedRun, type Selection } from './study/resolve.ts';
