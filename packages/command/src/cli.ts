import { join, resolve } from 'node:path';
import { runProgram } from './program/program.ts';
import { ROOT } from './program/surroundings.ts';

process.exitCode = await runProgram(process.argv.slice(2), {
  // Git ignores them.
  runs: resolve(process.env['SPATIAL_ENSEMBLE_RUNS'] || join(ROOT, 'runs')),
  log: (line) => void process.stderr.write(`${line}\n`),
  lastWords: process.env['SPATIAL_ENSEMBLE_LAST_WORDS'],
});
