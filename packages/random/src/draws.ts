// `]!`: a block has four words, and the index is taken modulo 4; every augmentation of every image reads here.

import { probability, unit } from './distributions.ts';
import type { Key } from './key.ts';
import { philox } from './philox.ts';

/** Reads the words of one key in order, one or more a draw. All its state is its place in them. */
export interface Draws {
  /** Uniform in [0, 1), 23 bits; one word. */
  uniform(): number;
  /**
   * Uniform over 0 … n - 1, exactly; one word, and seldom more.
   *
   * @param n whole, from 1 to 2^32
   * @throws RangeError on any other `n`
   */
  int(n: number): number;
  /**
   * True with probability `p`; one word, whatever `p` is.
   *
   * @throws RangeError unless `p` is in [0, 1]
   */
  boolean(p: number): boolean;
}

/** A reader that starts at the first word of `key`: `draws(key).uniform()` is `uniform(key, 1)[0]`. */
export function draws(key: Key): Draws {
  return new KeyedDraws(key);
}

/** A class, since each view of each image has one: closures would be made anew for every image. */
class KeyedDraws implements Draws {
  readonly #key: Key;
  readonly #block = new Uint32Array(4);
  #taken = 0;

  constructor(key: Key) {
    this.#key = key;
  }

  uniform(): number {
    return unit(this.#word());
  }

  int(n: number): number {
    if (!Number.isSafeInteger(n) || n < 1 || n > 2 ** 32)
      throw new RangeError(`a whole number is drawn below a whole n from 1 to 2^32, got ${n}`);
    // The last incomplete run of n values is drawn again, so that each value has the same share of the words.
    const limit = 2 ** 32 - (2 ** 32 % n);
    let value = this.#word();
    while (value >= limit) value = this.#word();
    return value % n;
  }

  boolean(p: number): boolean {
    const threshold = probability(p);
    return unit(this.#word()) < threshold;
  }

  #word(): number {
    if (this.#taken % 4 === 0) philox(this.#block, 0, this.#taken / 4, 0, 0, 0, this.#key.lo, this.#key.hi);
    return this.#block[this.#taken++ % 4]!;
  }
}
