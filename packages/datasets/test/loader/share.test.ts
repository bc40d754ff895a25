import { describe, expect, test } from 'vitest';
import { openLoader } from '../../src/index.ts';
import { options } from './fixture.ts';

/** Of every batch, stream by stream: all that it holds, as bytes. */
async function bytesOf(rank: number, workers: number, threads: number): Promise<readonly (readonly Buffer[])[]> {
  const loader = openLoader({ ...options, steps: 4, startStep: 1, workers: threads, share: { rank, workers } });
  const batches: Buffer[][] = [];
  for await (const { streams, indices } of loader)
    batches.push(
      Object.entries(streams).flatMap(([name, views]) =>
        [...Object.values(views).map(({ data }) => data), indices[name]!].map((data) =>
          Buffer.from(data.slice().buffer),
        ),
      ),
    );
  return batches;
}

describe('shares of a batch', () => {
  test.each([2, 4, 8])('of %d processes are together the batch, byte for byte', async (workers) => {
    const whole = await bytesOf(0, 1, 0);
    const shares = await Promise.all(Array.from({ length: workers }, (_, rank) => bytesOf(rank, workers, rank % 2)));
    for (const [step, parts] of whole.entries())
      for (const [i, part] of parts.entries())
        expect(Buffer.concat(shares.map((share) => share[step]![i]!)).equals(part)).toBe(true);
  });

  test('that are none are refused', () => {
    const open = (rank: number, workers: number) => () => openLoader({ ...options, share: { rank, workers } });
    expect(open(0, 3)).toThrow(
      'stream "labelled": a batch of 16 images cannot be shared equally by 3 processes: take 1, 2, 4, 8 or 16 of them',
    );
    expect(open(0, 16)).toThrow(
      'stream "unlabelled": a batch of 56 images cannot be shared equally by 16 processes: take 1, 2, 4, 7, 8, 14, 28 or 56 of them',
    );
    expect(open(2, 2)).toThrow('got 2 of 2');
    expect(open(0.5, 2)).toThrow('got 0.5 of 2');
  });
});
