export { DataSpec, prepareData, type RunData } from './data.ts';
export type { At, Batch, HostBatch, Method, Metrics, State, StreamViews, Variables } from './method.ts';
export { defineExperiment, type Experiment } from './study/experiment.ts';
export { resolveRuns, type ResolvedRun, type Selection } from './study/resolve.ts';
