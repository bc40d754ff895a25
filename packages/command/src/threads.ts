import { availableParallelism } from 'node:os';

/** Threads that a run is given. */
export interface Threads {
  /** Of TensorFlow. */
  readonly threads?: number;
  /** That load images. */
  readonly workers?: number;
}

/** A few threads a core hide waiting; 64 are let pass anywhere, so that the arithmetic of a larger machine can be had. */
const PER_CORE = 4;
const ANYWHERE = 64;

/** Workers where none are asked for: one core is for the step; a queue that is full keeps the workers idle. */
export function defaultWorkers(cores = availableParallelism()): number {
  return Math.max(1, Math.min(16, cores - 1));
}

/** @throws Error for more threads than could be of use on these cores */
export function checkThreads({ threads, workers }: Threads, cores = availableParallelism()): void {
  const most = Math.max(ANYWHERE, PER_CORE * cores);
  for (const [option, count] of Object.entries({ '--threads': threads, '--workers': workers })) {
    if (count !== undefined && count > most)
      throw new Error(
        `${option} ${count}: ${cores} ${cores === 1 ? 'core does' : 'cores do'} no more work with more than ${most} threads, which only take memory and time from one another. Take ${most} or fewer; --force starts it all the same. Nothing was run or written.`,
      );
  }
}
