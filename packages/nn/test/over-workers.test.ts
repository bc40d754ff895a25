import { expect, test } from 'vitest';
import { runProcesses } from '../../../tools/vitest/processes.ts';

/** What one process says of a batch: how far it is from one process's, and what must be the same in all. */
interface Said {
  readonly cases: readonly { readonly apart: { readonly [what: string]: number }; readonly same: readonly string[] }[];
  readonly moments: { readonly [what: string]: number };
  readonly spread: number;
  readonly refused: string;
}

const CASES = [
  { shape: [8, 4, 5, 3], groups: 1, offset: 0 },
  // Sums of squares that are not centred would lose all digits here.
  { shape: [8, 3, 3, 4], groups: 1, offset: 1000 },
  { shape: [16, 6], groups: 4, offset: 3 },
];

/**
 * Sums of n float32 numbers in two orders are within n·2⁻²⁴ of each other, relative to the sum of their sizes; n is 160
 * at most, 1e-5. Where values lie at 1000 with a spread of about 5, the rounding of a value itself is 200 times as much.
 */
const bound = (offset: number): number => 1e-5 * Math.max(1, offset / 5);

test('two processes normalise a batch as one that has all of it, with its gradients', async () => {
  const said = await runProcesses<Said>(new URL('./programs/over-workers.ts', import.meta.url), 2, [
    JSON.stringify(CASES),
  ]);
  for (const { cases, moments, spread, refused } of said) {
    for (const [i, { apart }] of cases.entries())
      for (const [what, distance] of Object.entries(apart))
        expect(distance, `${what} of ${JSON.stringify(CASES[i])}`).toBeLessThan(bound(CASES[i]!.offset));
    for (const distance of [...Object.values(moments), spread]) expect(distance).toBeLessThan(1e-5);
    expect(refused).toBe(
      'batch norm in 3 groups cannot be shared by 2 processes: a group would lie in two of them. Take a number of processes that divides 3',
    );
  }
  // Bit for bit, so that the processes' parameters never part.
  expect(said[0]!.cases.map(({ same }) => same)).toEqual(said[1]!.cases.map(({ same }) => same));
});
