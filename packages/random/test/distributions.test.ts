import { describe, expect, it } from 'vitest';
import { bernoulli, draws, key, normal, permutation, uniform, words } from '../src/index.ts';

const N = 200_000;

function moments(values: Float32Array): { mean: number; variance: number; skew: number; kurtosis: number } {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const central = (power: number): number => values.reduce((sum, x) => sum + (x - mean) ** power, 0) / values.length;
  const variance = central(2);
  return { mean, variance, skew: central(3) / variance ** 1.5, kurtosis: central(4) / variance ** 2 };
}

/** Five standard errors: with fixed keys a test either always passes or never does. */
function within(value: number, expected: number, standardError: number): void {
  expect(Math.abs(value - expected)).toBeLessThan(5 * standardError);
}

describe('uniform', () => {
  it('fills [0, 1) evenly', () => {
    const drawn = uniform(key('uniform'), N);
    expect(drawn.every((x) => x >= 0 && x < 1)).toBe(true);
    const { mean, variance } = moments(drawn);
    within(mean, 0.5, Math.sqrt(1 / 12 / N));
    within(variance, 1 / 12, Math.sqrt(1 / 180 / N));
    const counts = new Array<number>(64).fill(0);
    for (const x of drawn) counts[Math.floor(x * 64)]!++;
    const chiSquare = counts.reduce((sum, count) => sum + (count - N / 64) ** 2 / (N / 64), 0);
    within(chiSquare, 63, Math.sqrt(2 * 63));
  });

  it('has no correlation between neighbours', () => {
    const drawn = uniform(key('neighbours'), N);
    for (const lag of [1, 2, 3, 4, 5, 8]) {
      let sum = 0;
      for (let i = lag; i < N; i++) sum += (drawn[i]! - 0.5) * (drawn[i - lag]! - 0.5);
      within(sum / (N - lag), 0, 1 / 12 / Math.sqrt(N));
    }
  });
});

describe('normal', () => {
  it('has the moments of a standard normal', () => {
    const { mean, variance, skew, kurtosis } = moments(normal(key('normal'), N));
    within(mean, 0, Math.sqrt(1 / N));
    within(variance, 1, Math.sqrt(2 / N));
    within(skew, 0, Math.sqrt(6 / N));
    within(kurtosis, 3, Math.sqrt(24 / N));
  });

  it('is finite where the logarithm has no value', () => {
    // u is at least 1e-7, so the radius is at most sqrt(-2 ln 1e-7) = 5.678.
    expect(normal(key('finite'), N).every((x) => Math.abs(x) < 5.68)).toBe(true);
  });
});

describe('bernoulli', () => {
  it.each([0.003, 0.3, 0.5, 0.99])('is 1 with probability %f', (p) => {
    const drawn = bernoulli(key('bernoulli').fold(1), p, N);
    within(drawn.reduce((sum, bit) => sum + bit, 0) / N, p, Math.sqrt((p * (1 - p)) / N));
  });

  it('is constant at 0 and at 1', () => {
    expect(bernoulli(key(1), 0, 1000).every((bit) => bit === 0)).toBe(true);
    expect(bernoulli(key(1), 1, 1000).every((bit) => bit === 1)).toBe(true);
  });

  it('grows with p: who is in at p is in at every larger one', () => {
    const small = bernoulli(key(1), 0.3, 1000);
    const large = bernoulli(key(1), 0.4, 1000);
    expect(small.every((bit, i) => bit <= large[i]!)).toBe(true);
  });

  it.each([70, -0.1, Number.NaN])('refuses p = %f', (p) => {
    expect(() => bernoulli(key(1), p, 1)).toThrow(
      `a probability must be in [0, 1], got ${p}. Did you pass a percentage?`,
    );
    expect(() => draws(key(1)).boolean(p)).toThrow('percentage');
  });
});

describe('permutation', () => {
  it.each([0, 1, 2, 3, 10, 2048, 65_537])('holds each of %i indices once', (n) => {
    expect([...permutation(key('order').fold(n), n)].sort((a, b) => a - b)).toEqual(
      Array.from({ length: n }, (_, i) => i),
    );
  });

  it('sorts the words, equal ones by index', () => {
    const n = 5000;
    const drawn = words(key('sorted'), n);
    const expected = Array.from(drawn, (word, index) => ({ word, index })).sort(
      (a, b) => a.word - b.word || a.index - b.index,
    );
    expect([...permutation(key('sorted'), n)]).toEqual(expected.map(({ index }) => index));
  });

  it('gives each of the 24 orders of four as often', () => {
    const counts = new Map<string, number>();
    const draws = 24_000;
    for (let i = 0; i < draws; i++) {
      const name = permutation(key('orders').fold(i), 4).join();
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - draws / 24) ** 2 / (draws / 24), 0);
    within(chiSquare, 23, Math.sqrt(2 * 23));
  });

  it('orders 1.3 million in one go', () => {
    const n = 1_300_000;
    const seen = new Uint8Array(n);
    for (const index of permutation(key('ImageNet'), n)) seen[index]!++;
    expect(seen.every((times) => times === 1)).toBe(true);
  });
});

describe('lengths', () => {
  it.each([-1, 0.5, Number.NaN, 2 ** 32 + 1])('refuses %f', (n) => {
    expect(() => words(key(1), n)).toThrow('a draw has a whole length from 0 to 2^32');
    expect(() => uniform(key(1), n)).toThrow(RangeError);
    expect(() => bernoulli(key(1), 0.5, n)).toThrow(RangeError);
    expect(() => normal(key(1), n)).toThrow(RangeError);
    expect(() => permutation(key(1), n)).toThrow('a permutation has a whole length from 0 to 2^31 - 1');
  });
});

describe('draws', () => {
  it('draws whole numbers evenly, where n does not divide 2^32', () => {
    const reader = draws(key('dice'));
    const counts = new Array<number>(6).fill(0);
    for (let i = 0; i < 60_000; i++) counts[reader.int(6)]!++;
    within(
      counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0),
      5,
      Math.sqrt(10),
    );
  });

  it('draws again rather than favour small numbers', () => {
    // A quarter of the words lies beyond 3 · 2^30; folded back they would give the first third half of the draws.
    const n = 3 * 2 ** 30;
    const reader = draws(key('rejection'));
    const draw = Array.from({ length: 30_000 }, () => reader.int(n));
    expect(draw.every((x) => x >= 0 && x < n)).toBe(true);
    within(draw.filter((x) => x < 2 ** 30).length / draw.length, 1 / 3, Math.sqrt(2 / 9 / draw.length));
  });

  it('takes any n up to 2^32', () => {
    const reader = draws(key(3));
    const drawn = words(key(3), 3);
    expect(reader.int(2 ** 32)).toBe(drawn[0]);
    expect(reader.int(1)).toBe(0);
    expect(reader.int(2 ** 32)).toBe(drawn[2]);
  });

  it.each([0, -1, 1.5, Number.NaN, 2 ** 32 + 1])('refuses n = %f', (n) => {
    expect(() => draws(key(1)).int(n)).toThrow('below a whole n from 1 to 2^32');
  });
});
