/**
 * Philox4x32-10, a counter-based generator: a bijection of 128-bit counters for every 64-bit key.
 *
 * Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011). Words are laid out as in
 * TensorFlow's `PhiloxRandom` (`tsl/lib/random/philox_random.h`), so its stateless ops give the same bits.
 */

const MULTIPLIER_A = 0xd2511f53;
const MULTIPLIER_B = 0xcd9e8d57;
const A_LOW = MULTIPLIER_A & 0xffff;
const A_HIGH = MULTIPLIER_A >>> 16;
const B_LOW = MULTIPLIER_B & 0xffff;
const B_HIGH = MULTIPLIER_B >>> 16;
// The golden ratio and sqrt(3) - 1: each round adds them to the key.
const WEYL_LOW = 0x9e3779b9 | 0;
const WEYL_HIGH = 0xbb67ae85 | 0;
const ROUNDS = 10;

/**
 * Writes the four output words of one block to `out[at … at + 3]`.
 *
 * @param c0 lowest word of the counter
 * @param c3 highest word of the counter
 * @param k0 low word of the key
 * @param k1 high word of the key
 */
export function philox(
  out: Uint32Array,
  at: number,
  c0: number,
  c1: number,
  c2: number,
  c3: number,
  k0: number,
  k1: number,
): void {
  for (let round = 0; round < ROUNDS; round++) {
    // 32 x 32 -> 64 bits by halves of 16: no partial sum passes 2^32, so wrapping int32 arithmetic is exact.
    const low0 = c0 & 0xffff;
    const high0 = c0 >>> 16;
    const a = (Math.imul(A_HIGH, low0) + (Math.imul(A_LOW, low0) >>> 16)) | 0;
    const b = (Math.imul(A_LOW, high0) + (a & 0xffff)) | 0;
    const productHigh0 = (Math.imul(A_HIGH, high0) + (a >>> 16) + (b >>> 16)) | 0;
    const low2 = c2 & 0xffff;
    const high2 = c2 >>> 16;
    const c = (Math.imul(B_HIGH, low2) + (Math.imul(B_LOW, low2) >>> 16)) | 0;
    const d = (Math.imul(B_LOW, high2) + (c & 0xffff)) | 0;
    const productHigh2 = (Math.imul(B_HIGH, high2) + (c >>> 16) + (d >>> 16)) | 0;
    const productLow0 = Math.imul(MULTIPLIER_A, c0);
    const productLow2 = Math.imul(MULTIPLIER_B, c2);
    c0 = productHigh2 ^ c1 ^ k0;
    c1 = productLow2;
    c2 = productHigh0 ^ c3 ^ k1;
    c3 = productLow0;
    k0 = (k0 + WEYL_LOW) | 0;
    k1 = (k1 + WEYL_HIGH) | 0;
  }
  out[at] = c0;
  out[at + 1] = c1;
  out[at + 2] = c2;
  out[at + 3] = c3;
}
