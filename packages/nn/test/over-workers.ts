import { expect } from 'vitest';
import { runProcesses } from '../../../tools/vitest/processes.ts';

/** A batch of which all processes have rows: in how many groups it is normalised, and how far from 0 its values lie. */
export interface Case {
  readonly shape: readonly number[];
  readonly groups: number;
  readonly offset: number;
}

/** What one process says of a batch: how far it is from one process's, and what must be the same in all. */
interface Said {
  readonly cases: readonly { readonly apart: { readonly [what: string]: number }; readonly same: readonly string[] }[];
  readonly moments: { readonly [what: string]: number };
  readonly spread: number;
  readonly refused: string;
}

/**
 * Sums of n float32 numbers in two orders are within n·2⁻²⁴ of each other, relative to the sum of their sizes. Where values
 * lie at 1000 with a spread of about 5, the rounding of a value itself is 200 times as much.
 */
function boundOf({ shape, offset }: Case): number {
  const n = shape.slice(0, -1).reduce((product, size) => product * size, 1);
  return Math.max(1e-5, n * 2 ** -24) * Math.max(1, offset / 5);
}

/** That so many processes normalise batches as one does that has all of them. */
export async function checkOverWorkers(workers: number, cases: readonly Case[]): Promise<void> {
  const program = new URL('./programs/over-workers.ts', import.meta.url);
  const said = await runProcesses<Said>(program, workers, [JSON.stringify(cases)]);
  for (const { cases: own, moments, spread, refused } of said) {
    for (const [i, { apart }] of own.entries())
      for (const [what, distance] of Object.entries(apart))
        expect(distance, `${what} of ${JSON.stringify(cases[i])}`).toBeLessThan(boundOf(cases[i]!));
    for (const distance of [...Object.values(moments), spread]) expect(distance).toBeLessThan(1e-5);
    expect(refused).toBe(
      `batch norm in ${workers + 1} groups cannot be shared by ${workers} processes: a group would lie in two of them. Take a number of processes that divides ${workers + 1}`,
    );
    // Bit for bit, so that the processes' parameters never part.
    expect(own.map(({ same }) => same)).toEqual(said[0]!.cases.map(({ same }) => same));
  }
}
