import { binomialBelow } from './distributions.ts';

/**
 * McNemar's exact test: of the pairs in which one of two things happened and the other did not, whether one of both
 * happened more often than a fair coin would have it. Two-sided; 1 where there is no such pair.
 *
 * @param first pairs in which the first alone happened
 * @param second pairs in which the second alone happened
 */
export function mcNemar(first: number, second: number): number {
  return Math.min(1, 2 * binomialBelow(Math.min(first, second), first + second, 0.5));
}
