import { betaQuantile } from './distributions.ts';
import type { Interval } from './paired-t.ts';

/**
 * The exact interval of a share, by Clopper and Pearson (1934): it holds the true share at least as often as `confidence`
 * says.
 *
 * @param hits from 0 to `of`
 * @param of at least 1
 * @returns from 0 to 1
 */
export function exactShare(hits: number, of: number, confidence = 0.95): Interval {
  const tail = (1 - confidence) / 2;
  return [
    hits === 0 ? 0 : betaQuantile(hits, of - hits + 1, tail),
    hits === of ? 1 : betaQuantile(hits + 1, of - hits, 1 - tail),
  ];
}
