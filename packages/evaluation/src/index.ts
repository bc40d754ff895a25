export { knn, type Blocks, type KnnOutcome, type KnnRequest } from './knn.ts';
export { knnMeasurement } from './knn-measurement.ts';
export { KnnSpec } from './knn-spec.ts';
export {
  onlineProbe,
  PROBE_METRICS,
  ProbeSpec,
  type OnlineProbe,
  type ProbeState,
  type ProbeStep,
} from './online-probe.ts';
export { fineTuneEvaluation } from './fine-tune-evaluation.ts';
export { type FineTuneSpec } from './fine-tune-spec.ts';
export { linearEvaluation } from './linear-evaluation.ts';
export { type LinearSpec } from './linear-spec.ts';
export { type LinearState } from './linear-step.ts';
export { byTheNorms, normsField, normsProblems } from './pretraining.ts';
export { neighboursEvaluation } from './neighbours-evaluation.ts';
export { type NeighboursSpec } from './neighbours-spec.ts';
export { protocols, type Protocol, type ProtocolName } from './protocol.ts';
