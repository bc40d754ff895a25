import { describe, expect, it } from 'vitest';
import { philox } from '../src/philox.ts';

// Random123's known answers for philox4x32-10 (`kat_vectors` of github.com/DEShawResearch/random123).
const KNOWN: readonly { counter: readonly number[]; key: readonly number[]; out: readonly number[] }[] = [
  { counter: [0, 0, 0, 0], key: [0, 0], out: [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8] },
  {
    counter: [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    key: [0xffffffff, 0xffffffff],
    out: [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  },
  {
    counter: [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    key: [0xa4093822, 0x299f31d0],
    out: [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  },
];

function block(counter: readonly number[], key: readonly number[]): number[] {
  const out = new Uint32Array(4);
  philox(out, 0, counter[0]!, counter[1]!, counter[2]!, counter[3]!, key[0]!, key[1]!);
  return [...out];
}

describe('philox', () => {
  it.each(KNOWN)('gives the published words for counter $counter', ({ counter, key, out }) => {
    expect(block(counter, key)).toEqual(out);
  });

  it('changes about half of the output bits with any bit of counter or key', () => {
    const counter = [1, 2, 3, 4];
    const key = [5, 6];
    const base = block(counter, key);
    for (let bit = 0; bit < 192; bit++) {
      const flip = (words: readonly number[], from: number): number[] =>
        words.map((word, i) => (from + i === bit >>> 5 ? (word ^ (1 << (bit & 31))) >>> 0 : word));
      const changed = block(flip(counter, 0), flip(key, 4)).reduce(
        (sum, word, i) => sum + popcount(word ^ base[i]!),
        0,
      );
      // 128 fair bits: mean 64, standard deviation 5.7.
      expect(changed).toBeGreaterThan(32);
      expect(changed).toBeLessThan(96);
    }
  });
});

function popcount(word: number): number {
  let count = 0;
  for (let rest = word >>> 0; rest !== 0; rest = (rest & (rest - 1)) >>> 0) count++;
  return count;
}
