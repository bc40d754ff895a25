export { bound, type Bound } from './bound.ts';
export { loadOnce, prepareData, type RunData } from './data.ts';
export { compareFingerprints, Fingerprints, updateFingerprints } from './fingerprint/committed.ts';
export { fingerprintOf } from './fingerprint/fingerprint.ts';
export { channelsFit, classesFit, cropScale, imagesSuffice } from './fits.ts';
export { knownOf } from './known-of.ts';
export { looksFit } from './looks-fit.ts';
export type {
  FeaturesOf,
  FeatureTools,
  ImagesOf,
  LookedAt,
  Measurement,
  MeasurementTools,
  TrainingImages,
  WhileTraining,
} from './measurement.ts';
export type {
  At,
  Batch,
  Classifies,
  Encodes,
  Feeds,
  HostBatch,
  Machine,
  MeasuredBatch,
  Measures,
  MeasuringTools,
  Method,
  Metrics,
  PartlyKnown,
  Scalars,
  State,
  StreamViews,
  Trainable,
  TrainableOf,
  Variables,
  Weights,
} from './method.ts';
export {
  encoderContradictions,
  refuse,
  type EncoderFamily,
  type Fields,
  type InputWithEncoder,
  type Refusal,
  type SpecOf,
  type WithEncoder,
} from './encoder-family.ts';
export { perturbationSpec } from './perturbation-spec.ts';
export { countStep, type StepCount } from './run/count-step.ts';
export { firstWeights, lastWeights, savedWeights, type Source } from './run/first-state.ts';
export { embedded } from './run/embedded.ts';
export type { Initial } from './run/initial.ts';
export { type LoopProgress, trainRun } from './run/loop.ts';
export { showLines, type Board } from './run/board.ts';
export type { Pace } from './run/pacing.ts';
export { isTestDue } from './run/looking.ts';
export { pixelsOf } from './run/features.ts';
export { mapRows } from './run/map-rows.ts';
export { measuringsOf } from './run/measure.ts';
export { resultOf } from './run/result.ts';
export { sameVariables } from './run/same-variables.ts';
export { allOf, inMemory, type SharedRows } from './shared-rows.ts';
export type { HostArray, HostArrays, RunPort, Saved } from './run/port.ts';
