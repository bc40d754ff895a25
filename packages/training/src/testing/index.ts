export { runTiny, type TinyOptions, type TinyRun } from './run-tiny.ts';
