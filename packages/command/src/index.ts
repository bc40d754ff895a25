export { dryRun } from './dry-run.ts';
export type { Experiment } from './experiment.ts';
export { watchingInterrupt } from './interrupt.ts';
export type { Asked } from './job.ts';
export type { Machine } from './machine.ts';
export { displaysOn } from './progress/displays.ts';
export { runExperiment, type ExperimentOutcome } from './run-experiment.ts';
export type { Session } from './session.ts';
