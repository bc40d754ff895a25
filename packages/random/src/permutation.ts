// `]!`: a radix sort's indices are counts of what is there, and it reads millions of them.

import { words } from './distributions.ts';
import type { Key } from './key.ts';

const DIGIT_BITS = 11;
const DIGITS = 3;
const RADIX = 1 << DIGIT_BITS;
const LONGEST = 2 ** 31 - 1;

/**
 * A uniformly random permutation of 0 … n - 1: the indices that sort `words(key, n)`, equal words by index. One
 * and a third million take some tens of milliseconds.
 *
 * Two equal words, which happen for about n^2 / 2^33 pairs, keep their order: a bias far below what could be seen.
 *
 * @param n from 0 to 2^31 - 1
 * @throws RangeError on any other `n`
 */
export function permutation(key: Key, n: number): Int32Array<ArrayBuffer> {
  if (!Number.isSafeInteger(n) || n < 0 || n > LONGEST)
    throw new RangeError(`a permutation has a whole length from 0 to 2^31 - 1, got ${n}`);
  let drawn = words(key, n);
  let order = new Int32Array(n);
  for (let i = 0; i < n; i++) order[i] = i;
  let sortedWords = new Uint32Array(n);
  let sortedOrder = new Int32Array(n);
  // Least significant digit first; each pass is stable, so equal words stay in the order of their indices.
  const starts = new Uint32Array(RADIX);
  for (let digit = 0; digit < DIGITS; digit++) {
    const shift = digit * DIGIT_BITS;
    starts.fill(0);
    for (let i = 0; i < n; i++) starts[(drawn[i]! >>> shift) & (RADIX - 1)]!++;
    let start = 0;
    for (let value = 0; value < RADIX; value++) {
      const count = starts[value]!;
      starts[value] = start;
      start += count;
    }
    for (let i = 0; i < n; i++) {
      const word = drawn[i]!;
      const place = starts[(word >>> shift) & (RADIX - 1)]!++;
      sortedWords[place] = word;
      sortedOrder[place] = order[i]!;
    }
    [drawn, sortedWords] = [sortedWords, drawn];
    [order, sortedOrder] = [sortedOrder, order];
  }
  return order;
}
