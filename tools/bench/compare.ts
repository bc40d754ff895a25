import type { Side } from './side.ts';

/** Who takes turns. */
type Turns = Pick<Side, 'run'>;

/** Times of two sides that took turns, in milliseconds. */
export interface Comparison {
  readonly ours: readonly number[];
  readonly theirs: readonly number[];
  readonly oursPeakMb: number;
  readonly theirsPeakMb: number;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/**
 * Lets two idle processes take turns, round after round, so that what else the machine does hits both. The first turn
 * of each warms it up and does not count.
 */
export async function takeTurns(ours: Turns, theirs: Turns, rounds: number, steps: number): Promise<Comparison> {
  await ours.run(3);
  await theirs.run(3);
  const times: { ours: number[]; theirs: number[] } = { ours: [], theirs: [] };
  let peaks = { ours: 0, theirs: 0 };
  for (let round = 0; round < rounds; round++) {
    // Whoever goes second finds the caches cold for it; the order alternates.
    const order = round % 2 === 0 ? (['ours', 'theirs'] as const) : (['theirs', 'ours'] as const);
    for (const name of order) {
      const answer = await (name === 'ours' ? ours : theirs).run(steps);
      times[name].push(...answer.ms);
      peaks = { ...peaks, [name]: answer.peakMb };
    }
  }
  return { ...times, oursPeakMb: peaks.ours, theirsPeakMb: peaks.theirs };
}
