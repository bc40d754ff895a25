import { availableParallelism } from 'node:os';
import type { Machine } from './machine.ts';

/**
 * A few threads a core hide waiting. So many are let pass anywhere: threads belong to a run's identity, and one of a
 * larger machine can be run again here, if slowly.
 */
const PER_CORE = 4;
const ANYWHERE = 128;

/** Workers where none are asked for: one core is for the step; a queue that is full keeps the workers idle. */
export function defaultWorkers(cores = availableParallelism()): number {
  return Math.max(1, Math.min(16, cores - 1));
}

/** The one limit of both. @throws Error for more threads than could be of use on these cores */
export function checkThreads(
  { threads, workers }: Partial<Pick<Machine, 'threads' | 'workers'>>,
  cores = availableParallelism(),
): void {
  const most = Math.max(ANYWHERE, PER_CORE * cores);
  for (const [option, count] of Object.entries({ '--threads': threads, '--workers': workers })) {
    if (count !== undefined && count > most)
      throw new Error(
        `${option} ${count}: ${cores} ${cores === 1 ? 'core does' : 'cores do'} no more work with more than ${most} threads, which only take memory and time from one another. Take ${most} or fewer; --force starts it all the same. Nothing was run or written.`,
      );
  }
}
