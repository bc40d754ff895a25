import { describe, expect, it } from 'vitest';
import { better, cumulative, signsOfMasking, type Attempts } from '../src/masking.ts';

/** Of 100 images the first so many are right. */
const first = (n: number): number[] => Array.from({ length: 100 }, (_, i) => (i < n ? 1 : 0));

const within = (epsilon: number, right: number[]) => ({ epsilon, right });

const SOUND: Attempts = {
  growing: [2, 8, 255].map((epsilon, i) => ({ epsilon, right: first([80, 40, 0][i]!) })),
  anyOther: true,
  whiteBox: first(40),
  blackBox: first(60),
  oneStep: first(55),
  few: first(42),
  many: first(41),
  along: [0, 0.5, 1].map((share) => ({ share, gradient: 0.5 + share, random: 0.5 + share / 10 })),
};

const shown = (attempts: Attempts): string[] =>
  signsOfMasking(attempts).flatMap((sign) => (sign.shown ? [sign.name] : []));

describe('signs of masked gradients', () => {
  it('are not there where attacks do as they should', () => expect(shown(SOUND)).toEqual([]));

  it.each([
    ['growing-epsilon', { growing: [{ epsilon: 255, right: first(3) }] }],
    ['growing-epsilon', { growing: [{ epsilon: 2, right: first(0) }, { epsilon: 8, right: first(20) }, { epsilon: 255, right: first(0) }] }],
    ['black-box', { blackBox: first(20) }],
    ['one-step', { oneStep: first(20) }],
    ['more-steps', { many: first(60) }],
    ['loss-along-gradient', { along: SOUND.along.map((one) => ({ ...one, gradient: 0.5 })) }],
  ] as const)('%s is', (name, changes) => expect(shown({ ...SOUND, ...changes })).toEqual([name])); // prettier-ignore

  it('is not found where an attack fails at the whole range that did not within less', () => {
    // Two that begin at noise are right within the whole range, and were fooled within 8.
    const growing = [within(2, [1, 1, 1]), within(8, [0, 0, 0]), within(255, [0, 1, 1])];
    expect(cumulative(growing).map(({ right }) => Array.from(right))).toEqual([[1, 1, 1], [0, 0, 0], [0, 0, 0]]); // prettier-ignore
    const found = (from: number) => signsOfMasking({ ...SOUND, growing: growing.slice(from) })[0];
    expect(found(0)).toMatchObject({ name: 'growing-epsilon', shown: false });
    expect(found(2)).toMatchObject({ name: 'growing-epsilon', shown: true });
  });

  it('is not asked to leave nothing within an epsilon that lets no image become any other, which may rise no more than others', () => {
    const growing = [within(2, first(80)), within(8, first(40))];
    expect(shown({ ...SOUND, growing })).toEqual(['growing-epsilon']);
    expect(shown({ ...SOUND, growing, anyOther: false })).toEqual([]);
    const rising = [...growing, within(16, first(60))];
    expect(shown({ ...SOUND, growing: rising, anyOther: false })).toEqual(['growing-epsilon']);
  });

  it('is not found in the last bits of an image that is looked at twice', () => {
    const along = SOUND.along.map((one) => (one.share === 0 ? { ...one, random: one.gradient + 1e-9 } : one));
    expect(shown({ ...SOUND, along })).toEqual([]);
  });

  it('is not found in what luck does: two images more, one image fewer', () => {
    const many = first(43);
    expect(shown({ ...SOUND, many })).toEqual([]);
  });
});

describe('the exact test of pairs', () => {
  it('is a binomial tail', () => {
    // Right in b alone: 5 of 6, P(X ≥ 5) = 7 / 64.
    expect(better([0, 0, 0, 0, 0, 1, 1], [1, 1, 1, 1, 1, 0, 1])).toBeCloseTo(7 / 64, 12);
    expect(better(first(10), first(10))).toBe(1);
  });

  it('goes over into the normal tail where 2^-n is 0', () => {
    const n = 2000;
    const a = Array.from({ length: n }, (_, i) => (i < 950 ? 1 : 0));
    const b = a.map((one) => 1 - one);
    // 1,050 of 2,000: z = (1050 − 1000 − ½) / √500 = 2.2137.
    expect(better(a, b)).toBeCloseTo(0.01342, 4);
  });
});
