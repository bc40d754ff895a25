import type { Side } from './side.ts';

/** Times of two sides that took turns, in milliseconds. */
export interface Comparison {
  readonly ours: readonly number[];
  readonly pytorch: readonly number[];
  readonly oursPeakMb: number;
  readonly pytorchPeakMb: number;
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
export async function takeTurns(ours: Side, pytorch: Side, rounds: number, steps: number): Promise<Comparison> {
  await ours.run(3);
  await pytorch.run(3);
  const times: { ours: number[]; pytorch: number[] } = { ours: [], pytorch: [] };
  let peaks = { ours: 0, pytorch: 0 };
  for (let round = 0; round < rounds; round++) {
    // Whoever goes second finds the caches cold for it; the order alternates.
    const order = round % 2 === 0 ? (['ours', 'pytorch'] as const) : (['pytorch', 'ours'] as const);
    for (const name of order) {
      const answer = await (name === 'ours' ? ours : pytorch).run(steps);
      times[name].push(...answer.ms);
      peaks = { ...peaks, [name]: answer.peakMb };
    }
  }
  return { ...times, oursPeakMb: peaks.ours, pytorchPeakMb: peaks.pytorch };
}
