import { key, words } from '@spatial-ensemble/random';

/** Up to this many pairs all signs are tried, 2^20 of them. */
const EXACT_PAIRS = 20;
/** As many signs of all pairs are drawn where there are more. */
const DRAWN = 100_000;

export interface SignFlip {
  /** Two-sided, in (0, 1]; with all signs it is never below 2 / 2^n. */
  readonly p: number;
  /** Whether all 2^n signs were tried; else `DRAWN` were drawn by key, and what is observed is counted as one of them. */
  readonly exact: boolean;
}

/**
 * The sign-flip test of paired differences: were both arms alike, each difference could as well have the other sign.
 * The share of all signs with which the sum lies at least as far from 0 as it does. It assumes no distribution.
 *
 * @returns null for no differences
 */
export function signFlip(differences: readonly number[]): SignFlip | null {
  const n = differences.length;
  if (n === 0) return null;
  const sizes = differences.map(Math.abs);
  // Sums in another order differ in their last bits; so much counts as equal.
  const slack = 1e-12 * sizes.reduce((sum, size) => sum + size, 0);
  const observed = Math.abs(differences.reduce((sum, one) => sum + one, 0)) - slack;
  if (n <= EXACT_PAIRS) return { p: reaching(sizes, observed) / 2 ** n, exact: true };
  return { p: (1 + drawnReaching(sizes, observed)) / (1 + DRAWN), exact: false };
}

/** Of all signs, those with which the sum reaches `observed` on either side. */
function reaching(sizes: readonly number[], observed: number): number {
  const from = (place: number, sum: number): number => {
    const size = sizes[place];
    if (size === undefined) return Math.abs(sum) >= observed ? 1 : 0;
    return from(place + 1, sum + size) + from(place + 1, sum - size);
  };
  return from(0, 0);
}

function drawnReaching(sizes: readonly number[], observed: number): number {
  const n = sizes.length;
  const signs = words(key('sign-flip').fold(n), n * DRAWN);
  let count = 0;
  for (let start = 0; start < signs.length; start += n) {
    // The top bit of each word is a fair coin.
    const sum = sizes.reduce((so, size, i) => so + ((signs[start + i] ?? 0) >= 2 ** 31 ? size : -size), 0);
    if (Math.abs(sum) >= observed) count += 1;
  }
  return count;
}
