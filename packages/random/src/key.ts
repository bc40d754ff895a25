import { philox } from './philox.ts';

/** Part of a key's path: a name, or a whole number from 0 up to 2^53 - 1 (a step, an epoch, an index). */
export type Part = string | number;

// The last word of a fold's counter. Draws count from 0 and would need 2^98 words to reach these, so a key may be
// folded and drawn from as well. Names and numbers have their own, so fold('7') and fold(7) differ.
const NUMBER = 0x6e756d62;
const NAME = 0x6e616d65;

// Scratch space: every view of every image folds some names, and allocating costs more than the arithmetic, as would
// iterating over the block in place of `]!`: it has four words.
const encoder = new TextEncoder();
const block = new Uint32Array(4);

/** A 64-bit Philox key: two uint32 words. TensorFlow's uint64 key is `lo | hi << 32`. */
export class Key {
  readonly lo: number;
  readonly hi: number;

  /** @throws RangeError unless both words are whole numbers in [0, 2^32) */
  constructor(lo: number, hi: number) {
    if (lo >>> 0 !== lo || hi >>> 0 !== hi)
      throw new RangeError(`the words of a key must be uint32, got ${lo} and ${hi}`);
    this.lo = lo;
    this.hi = hi;
  }

  /**
   * The key of a part of what this key stands for: `key(1).fold('init').fold(3)`. Folding is not commutative, and
   * leaves this key as it is.
   *
   * @throws RangeError if a number is not whole, negative, or above 2^53 - 1
   */
  fold(part: Part): Key {
    const [c0, c1, c2, c3] = foldCounter(part);
    philox(block, 0, c0, c1, c2, c3, this.lo, this.hi);
    return new Key(block[0]!, block[1]!);
  }
}

/**
 * The key of a seed.
 *
 * @param seed a name, or a whole number from 0 up to 2^53 - 1
 * @throws RangeError on any other number
 */
export function key(seed: Part): Key {
  return new Key(0, 0).fold(seed);
}

/**
 * The Philox counter (four uint32, lowest first) whose first two output words under a key are that key folded with
 * `part`. In a TensorFlow graph a fold is thus one `StatelessRandomUniformFullIntV2` of a single uint64.
 *
 * @throws RangeError if a number is not whole, negative, or above 2^53 - 1
 */
export function foldCounter(part: Part): readonly [number, number, number, number] {
  if (typeof part === 'string') {
    const [a, b, c] = absorb(part);
    return [a, b, c, NAME];
  }
  if (!Number.isSafeInteger(part) || part < 0) {
    throw new RangeError(`a key is folded with a name or a whole number from 0 to 2^53 - 1, got ${String(part)}`);
  }
  return [part >>> 0, Math.floor(part / 2 ** 32), 0, NUMBER];
}

/**
 * 96 bits of a name: its UTF-8 bytes, in blocks of 8, little-endian, zero-padded, are the keys of a Davies-Meyer
 * chain over Philox (state <- philox(state, block) xor state), which starts at the number of bytes.
 */
function absorb(name: string): readonly [number, number, number] {
  const bytes = encoder.encode(name);
  let a = bytes.length;
  let b = 0;
  let c = 0;
  let d = NAME;
  let at = 0;
  do {
    philox(block, 0, a, b, c, d, littleEndian(bytes, at), littleEndian(bytes, at + 4));
    a ^= block[0]!;
    b ^= block[1]!;
    c ^= block[2]!;
    d ^= block[3]!;
    at += 8;
  } while (at < bytes.length);
  return [a >>> 0, b >>> 0, c >>> 0];
}

/** Four bytes as a word, the first one lowest; 0 for those beyond the end. */
function littleEndian(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);
}
