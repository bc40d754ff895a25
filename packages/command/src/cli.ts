import { join, resolve } from 'node:path';
import { listenFirst } from './first-line.ts';

listenFirst();
// Loaded only now: it takes a second, in which signals come too.
const { runProgram } = await import('./program/program.ts');
const { ROOT } = await import('./program/surroundings.ts');

process.exitCode = await runProgram(process.argv.slice(2), {
  // Git ignores them.
  runs: resolve(process.env['SPATIAL_ENSEMBLE_RUNS'] || join(ROOT, 'runs')),
  print: (text) => void process.stdout.write(`${text}\n`),
  log: (line) => void process.stderr.write(`${line}\n`),
  lastWords: process.env['SPATIAL_ENSEMBLE_LAST_WORDS'],
});
