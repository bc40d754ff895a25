import { join, resolve } from 'node:path';
import { listenFirst } from './first-line.ts';
import type { AtHand } from './program/surroundings.ts';

/**
 * The program as a process: its arguments, its environment, its exit code.
 *
 * @param atHand experiments that were put together with it
 */
export async function main(atHand: AtHand = {}): Promise<void> {
  listenFirst();
  // Loaded only now: it takes a while, in which signals come too.
  const { runProgram } = await import('./program/program.ts');
  const { ROOT } = await import('./program/surroundings.ts');
  process.exitCode = await runProgram(process.argv.slice(2), {
    // Git ignores them.
    runs: resolve(process.env['SPATIAL_ENSEMBLE_RUNS'] || join(ROOT, 'runs')),
    print: (text) => void process.stdout.write(`${text}\n`),
    log: (line) => void process.stderr.write(`${line}\n`),
    lastWords: process.env['SPATIAL_ENSEMBLE_LAST_WORDS'],
    atHand,
  });
}
