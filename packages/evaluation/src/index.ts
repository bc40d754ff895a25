export { knn, type Blocks, type KnnOutcome, type KnnRequest } from './knn.ts';
export { knnMeasurement, KnnSpec } from './knn-measurement.ts';
export { onlineProbe, ProbeSpec, type OnlineProbe, type ProbeState, type ProbeStep } from './online-probe.ts';
