import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bernoulli, draws, key, normal, permutation, uniform, words } from '../src/index.ts';
import type { Part, Key } from '../src/index.ts';

// Written by reference/philox.py: the same definitions in plain Python integers.
interface Reference {
  readonly keys: readonly {
    readonly path: readonly Part[];
    readonly key: readonly [number, number];
    readonly words: readonly number[];
    readonly uniform: readonly number[];
    readonly bernoulli: readonly number[];
    readonly normal: readonly number[];
    readonly permutation: readonly number[];
  }[];
  readonly long: {
    readonly path: readonly Part[];
    readonly n: number;
    readonly ties: number;
    readonly checksum: number;
  };
}

const reference = JSON.parse(readFileSync(new URL('./fixtures/philox.json', import.meta.url), 'utf8')) as Reference;

function at([seed, ...rest]: readonly Part[]): Key {
  return rest.reduce<Key>((folded, part) => folded.fold(part), key(seed!));
}

describe.each(reference.keys)('key $path', ({ path, ...expected }) => {
  it('has the words of the reference', () => {
    const { lo, hi } = at(path);
    expect([lo, hi]).toEqual(expected.key);
  });

  it('draws what the reference draws, in every length', () => {
    for (let n = 0; n <= expected.words.length; n++) {
      expect([...words(at(path), n)]).toEqual(expected.words.slice(0, n));
      expect([...uniform(at(path), n)]).toEqual(expected.uniform.slice(0, n));
    }
    expect([...bernoulli(at(path), 0.3, expected.bernoulli.length)]).toEqual(expected.bernoulli);
    expect([...permutation(at(path), expected.permutation.length)]).toEqual(expected.permutation);
  });

  it('draws normals within 1e-6, in every length', () => {
    for (let n = 0; n <= expected.normal.length; n++) {
      const drawn = normal(at(path), n);
      expect(drawn).toHaveLength(n);
      drawn.forEach((value, i) => expect(Math.abs(value - expected.normal[i]!)).toBeLessThan(1e-6));
    }
  });

  it('reads the same words one by one', () => {
    const one = draws(at(path));
    for (const value of expected.uniform) expect(one.uniform()).toBe(value);
    const other = draws(at(path));
    for (const value of expected.bernoulli) expect(other.boolean(0.3)).toBe(value === 1);
  });
});

it('breaks ties of a long permutation by index', () => {
  const { path, n, ties, checksum } = reference.long;
  expect(ties).toBeGreaterThan(0);
  let sum = 0;
  for (const index of permutation(at(path), n)) sum = (Math.imul(sum, 31) + index) >>> 0;
  expect(sum).toBe(checksum);
});
