// `]!`: indices run below the length of an array that was made for them, and iterating over millions of words
// takes two to eight times as long.

import type { Key } from './key.ts';
import { philox } from './philox.ts';

/** The longest draw: an array of 2^32 words, far below the 2^34 words of the lowest word of the counter. */
const LONGEST = 2 ** 32;

/**
 * Independent words, uniform over [0, 2^32), as TensorFlow's `StatelessRandomUniformFullIntV2` gives them: the blocks
 * of counters 0, 1, 2, … A longer draw from the same key begins with the shorter one.
 *
 * @param n how many, from 0 to 2^32
 * @throws RangeError on any other `n`
 */
export function words(key: Key, n: number): Uint32Array<ArrayBuffer> {
  if (!Number.isSafeInteger(n) || n < 0 || n > LONGEST)
    throw new RangeError(`a draw has a whole length from 0 to 2^32, got ${n}`);
  const out = new Uint32Array(n);
  const whole = n - (n % 4);
  for (let at = 0; at < whole; at += 4) philox(out, at, at / 4, 0, 0, 0, key.lo, key.hi);
  if (whole < n) {
    const last = new Uint32Array(4);
    philox(last, 0, whole / 4, 0, 0, 0, key.lo, key.hi);
    out.set(last.subarray(0, n - whole), whole);
  }
  return out;
}

/** A word as a float32 in [0, 1): its low 23 bits times 2^-23 (TensorFlow's `Uint32ToFloat`). */
export function unit(word: number): number {
  return (word & 0x7fffff) * 2 ** -23;
}

/**
 * Uniform float32 in [0, 1), as TensorFlow's `StatelessRandomUniformV2` gives them.
 *
 * @throws RangeError unless `n` is a whole number from 0 to 2^32
 */
export function uniform(key: Key, n: number): Float32Array<ArrayBuffer> {
  const drawn = words(key, n);
  // In place: both arrays have four bytes a number, and each word is read before it is overwritten.
  const out = new Float32Array(drawn.buffer);
  for (let i = 0; i < n; i++) out[i] = unit(drawn[i]!);
  return out;
}

/**
 * 1 with probability `p`, else 0: `uniform(key, n) < p`, compared in float32.
 *
 * @param p in [0, 1]
 * @throws RangeError if `p` is not, or `n` is not a whole number from 0 to 2^32
 */
export function bernoulli(key: Key, p: number, n: number): Uint8Array<ArrayBuffer> {
  const threshold = probability(p);
  const drawn = words(key, n);
  const out = new Uint8Array(n);
  for (let i = 0; i < n; i++) out[i] = unit(drawn[i]!) < threshold ? 1 : 0;
  return out;
}

/** `p` as float32. @throws RangeError if it is outside [0, 1] */
export function probability(p: number): number {
  if (!(p >= 0 && p <= 1))
    throw new RangeError(`a probability must be in [0, 1], got ${p}. Did you pass a percentage?`);
  return Math.fround(p);
}

/**
 * Standard normal float32 by Box and Muller, rounded where TensorFlow's `BoxMullerFloat` rounds, so that they are
 * within 1e-6 of `StatelessRandomNormalV2` (whose sine and logarithm differ in the last bit between machines).
 * At most 5.68 in absolute value.
 *
 * @throws RangeError unless `n` is a whole number from 0 to 2^32
 */
export function normal(key: Key, n: number): Float32Array<ArrayBuffer> {
  const drawn = words(key, n % 2 === 1 ? n + 1 : n);
  const out = new Float32Array(n);
  for (let i = 0; i < n; i += 2) {
    const logarithm = Math.fround(Math.log(Math.fround(Math.max(unit(drawn[i]!), 1e-7))));
    const radius = Math.fround(Math.sqrt(-2 * logarithm));
    const angle = Math.fround(2 * Math.PI * unit(drawn[i + 1]!));
    out[i] = Math.fround(Math.sin(angle)) * radius;
    if (i + 1 < n) out[i + 1] = Math.fround(Math.cos(angle)) * radius;
  }
  return out;
}
