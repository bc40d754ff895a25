export { runShared, type SharedOptions, type SharedRun, type SharedRuns } from './run-shared.ts';
export { runTiny, type TinyOptions, type TinyRun } from './run-tiny.ts';
