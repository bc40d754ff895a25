import { bdtr, compiled, fdtrc, incbi, ndtr, ndtri, stdtr, stdtri } from 'cephes';

// Cephes (Moshier), the library behind SciPy's special functions, as WebAssembly: the same bits on every machine.
await compiled;

/** P(T ≤ t) of Student's t with `df` degrees of freedom, a whole number from 1; the upper tail is that of −t. */
export function studentBelow(df: number, t: number): number {
  if (Number.isFinite(t)) return stdtr(df, t);
  return t > 0 ? 1 : 0;
}

/** The t below which Student's t with `df` degrees of freedom lies with probability `p`, in (0, 1). */
export function studentQuantile(df: number, p: number): number {
  return stdtri(df, p);
}

/** P(Z ≤ z) of the standard normal. */
export function normalBelow(z: number): number {
  return ndtr(z);
}

/** The z below which the standard normal lies with probability `p`; infinite at 0 and 1. */
export function normalQuantile(p: number): number {
  if (p <= 0) return -Infinity;
  return p >= 1 ? Infinity : ndtri(p);
}

/** P(X ≤ k) of `n` coins, each of which shows with probability `p`. */
export function binomialBelow(k: number, n: number, p: number): number {
  return k >= n ? 1 : bdtr(k, n, p);
}

/** P(F > f) of Fisher's F with these degrees of freedom, whole numbers from 1; f from 0, infinite too. */
export function fAbove(numerator: number, denominator: number, f: number): number {
  return Number.isFinite(f) ? fdtrc(numerator, denominator, f) : 0;
}

/** The x in [0, 1] below which the beta distribution with parameters a, b above 0 lies with probability `p`. */
export function betaQuantile(a: number, b: number, p: number): number {
  return incbi(a, b, p);
}
