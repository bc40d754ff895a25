import { agedBy, effectiveMomentum, schedule, warmedShares } from '@spatial-ensemble/smoothing';
import { describe, expect, it } from 'vitest';

const QUARTERS = [0, 25, 50, 75, 100];

describe('schedules', () => {
  // 1 - (1 - value)(cos(pi k/K) + 1)/2, to five digits.
  it.each([
    [0.99, [0.99, 0.99146, 0.995, 0.99854, 1]],
    [0.996, [0.996, 0.99659, 0.998, 0.99941, 1]],
  ])('cosine from %f to 1', (value, expected) => {
    const at = schedule({ kind: 'cosine', value }, 'momentum');
    QUARTERS.forEach((step, i) => expect(at(step, 100)).toBeCloseTo(expected[i]!, 5));
    expect([at(0, 100), at(100, 100)]).toEqual([value, 1]);
  });

  it('warm-up by min(1 - 1/(k + 1), value)', () => {
    const at = schedule({ kind: 'warm-up', value: 0.999 }, 'momentum');
    [0, 1, 9, 99, 998].forEach((step, i) => expect(at(step, 2000)).toBeCloseTo([0, 0.5, 0.9, 0.99, 0.999][i]!, 3));
    // 1 - 1/(k + 1) reaches 0.999 at k = 999.
    expect(at(997, 2000)).toBeLessThan(at(998, 2000));
    expect(at(999, 2000)).toBe(0.999);
    expect(at(2000, 2000)).toBe(0.999);
  });

  it('warm-up of a cosine: the lesser of the two', () => {
    const at = schedule({ kind: 'warm-up-cosine', value: 0.9 }, 'momentum');
    const cosine = schedule({ kind: 'cosine', value: 0.9 }, 'momentum');
    const warmUp = schedule({ kind: 'warm-up', value: 1 }, 'momentum');
    for (let step = 0; step <= 100; step++) expect(at(step, 100)).toBe(Math.min(cosine(step, 100), warmUp(step, 100)));
    expect(at(0, 100)).toBe(0);
    expect(at(30, 100)).toBe(cosine(30, 100));
    expect(at(100, 100)).toBe(warmUp(100, 100));
  });

  it('constant', () => {
    const at = schedule({ kind: 'constant', value: 0.7 }, 'preserve probability');
    expect([0, 1, 100].map((step) => at(step, 100))).toEqual([0.7, 0.7, 0.7]);
  });

  it('never leaves [0, 1], and never falls', () => {
    for (const kind of ['constant', 'cosine', 'warm-up', 'warm-up-cosine'] as const) {
      for (const value of [0, 0.3, 0.999, 1]) {
        const at = schedule({ kind, value }, 'momentum');
        let last = 0;
        for (let step = 0; step <= 50; step++) {
          expect(at(step, 50)).toBeGreaterThanOrEqual(last);
          expect((last = at(step, 50))).toBeLessThanOrEqual(1);
        }
      }
    }
  });

  it('has a value for a run of no step', () => {
    expect(schedule({ kind: 'cosine', value: 0.99 }, 'momentum')(0, 0)).toBe(0.99);
  });

  it.each([70, -0.1, Number.NaN])('refuses %f', (value) => {
    expect(() => schedule({ kind: 'constant', value }, 'preserve probability')).toThrow(
      `preserve probability must be in [0, 1], got ${value}. Did you pass a percentage?`,
    );
  });

  it('refuses a step outside the run, and a kind that it does not know', () => {
    const at = schedule({ kind: 'cosine', value: 0.99 }, 'momentum');
    expect(() => at(101, 100)).toThrow('momentum is asked for at update 101 of 100');
    expect(() => at(5, undefined as never)).toThrow(
      'momentum needs the number of updates in all, as a whole number, got undefined',
    );
    expect(() => at(-1, 100)).toThrow('updates count from 0');
    expect(() => at(0.5, 100)).toThrow('at update 0.5 of 100');
    expect(() => schedule({ kind: 'linear' as 'cosine', value: 0.99 }, 'momentum')).toThrow(
      'momentum is constant, cosine, warm-up or warm-up-cosine, got linear',
    );
  });
});

describe('effective momentum', () => {
  // 1 - (1 - p)(1 - m).
  it.each([
    [0.99, 0.7, 0.997],
    [0.99, 0.5, 0.995],
    [0.999, 0.5, 0.9995],
    [0.996, 0.7, 0.9988],
    [0.99, 0, 0.99],
    [0, 0.7, 0.7],
    [1, 0.3, 1],
  ])('of m = %f and p = %f is %f', (m, p, expected) => {
    expect(effectiveMomentum(m, p)).toBeCloseTo(expected, 12);
  });

  it('refuses percentages', () => {
    expect(() => effectiveMomentum(99, 0.5)).toThrow('momentum must be in [0, 1], got 99');
    expect(() => effectiveMomentum(0.99, 50)).toThrow('preserve probability must be in [0, 1], got 50');
  });
});

describe('warm-up of the effective momentum', () => {
  const GRID = [0, 0.3, 0.5, 0.7, 0.94, 0.99].flatMap((preserve) => [0, 0.5, 0.97, 0.999].map((momentum) => ({ momentum, preserve }))); // prettier-ignore

  it.each(GRID)('is min(1 − 1/(k + 1), what %j come to), update by update', (shares) => {
    const wanted = effectiveMomentum(shares.momentum, shares.preserve);
    for (const step of [0, 1, 2, 3, 9, 50, 99, 998, 100_000, 10_000_000]) {
      const { momentum, preserve } = warmedShares(shares, step);
      expect(effectiveMomentum(momentum, preserve)).toBeCloseTo(Math.min(1 - 1 / (step + 1), wanted), 12);
      // Neither goes beyond what was declared.
      expect(momentum).toBeLessThanOrEqual(shares.momentum);
      expect(preserve).toBe(Math.min(1 - 1 / (step + 1), shares.preserve));
    }
  });

  it('is that of Mean Teacher where there is no mask, and of p alone where there is no momentum', () => {
    const meanTeacher = schedule({ kind: 'warm-up', value: 0.97 }, 'share');
    for (let step = 0; step < 100; step++) {
      const { momentum, preserve } = warmedShares({ momentum: 0.97, preserve: 0 }, step);
      expect([momentum, preserve]).toEqual([expect.closeTo(meanTeacher(step, 100), 14), 0]);
      expect(warmedShares({ momentum: 0, preserve: 0.97 }, step)).toEqual({
        momentum: 0,
        preserve: meanTeacher(step, 100),
      });
    }
  });

  it('at p = 1/2 and m = 0.94: masks first, then the moving average', () => {
    const shares = { momentum: 0.94, preserve: 0.5 };
    expect([0, 1, 2, 4].map((step) => warmedShares(shares, step))).toEqual([
      { momentum: 0, preserve: 0 },
      { momentum: 0, preserve: 0.5 },
      { momentum: expect.closeTo(1 / 3, 14), preserve: 0.5 },
      { momentum: expect.closeTo(0.6, 14), preserve: 0.5 },
    ]);
    // 1 − 1/(k + 1) passes 0.97 between k = 32 and 33.
    expect(warmedShares(shares, 32).momentum).toBeCloseTo(1 - 2 / 33, 14);
    expect(warmedShares(shares, 33)).toEqual(shares);
  });
});

describe('mean age', () => {
  // m/(1 - m).
  it.each([
    [0.99, 99],
    [0.997, 332.33],
    [0.7, 2.333],
    [0.5, 1],
    [0, 0],
  ])('at %f tends to %f steps', (effective, expected) => {
    let age = 0;
    for (let step = 0; step < 20_000; step++) age = agedBy(age, effective);
    expect(age).toBeCloseTo(expected, 2);
  });

  it('is that of the weights on students past, with the first teacher as the oldest', () => {
    const [m, steps] = [0.9, 12];
    let age = 0;
    for (let step = 0; step < steps; step++) age = agedBy(age, m);
    const students = Array.from({ length: steps }, (_, k) => (1 - m) * m ** k * k).reduce((a, b) => a + b);
    expect(age).toBeCloseTo(students + m ** steps * steps, 12);
  });

  it('of a teacher that is never moved is its number of steps', () => {
    expect([1, 2, 3].reduce((age) => agedBy(age, 1), 0)).toBe(3);
  });
});
