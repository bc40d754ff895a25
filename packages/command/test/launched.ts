import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../src/program/surroundings.ts';

export const TINY = join(import.meta.dirname, 'programs', 'tiny.experiment.ts');

/**
 * Starts two processes that train the run `slow-seed1` of tiny.experiment.ts together.
 *
 * @param folder of runs
 */
export const together = (folder: string, ...argv: string[]) => trains(folder, '--devices', '2', ...argv);

/** Starts what trains that run, alone unless it is told otherwise. */
export const trains = (folder: string, ...argv: string[]) => started({ folder, file: TINY }, ...argv);

/** Starts what trains the arm `slow` of an experiment. */
export function started(
  { folder, file, env }: { folder: string; file: string; env?: NodeJS.ProcessEnv },
  ...argv: string[]
) {
  const program = ['packages/command/bin/spatial-ensemble.js', 'run', file, '--arm', 'slow', ...argv];
  const child = spawn(process.execPath, program, {
    cwd: ROOT,
    env: { ...process.env, ...env, SPATIAL_ENSEMBLE_RUNS: folder },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let err = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const ended = new Promise<number | null>((done) => child.on('close', done));
  return { child, ended, said: () => err };
}

/** The second process of those that this one has started. */
export function secondOf(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return Number(children.trim().split(' ')[1]);
}
