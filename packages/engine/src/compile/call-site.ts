import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const ENGINE = dirname(dirname(fileURLToPath(import.meta.url)));

// With source maps on, TensorFlow.js' frames point into its own sources.
const FOREIGN = /node_modules|node:|<anonymous>|tfjs-[\w-]+\/src\//;

/** The place in the caller's own code, outside the engine and TensorFlow.js, that the running call came from. */
export function callSite(): string {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 100;
  const stack = new Error('where').stack ?? '';
  Error.stackTraceLimit = limit;
  const frame = stack
    .split('\n')
    .slice(1)
    .find((line) => !line.includes(ENGINE) && !FOREIGN.test(line));
  return frame?.trim() ?? 'at an unknown place';
}
