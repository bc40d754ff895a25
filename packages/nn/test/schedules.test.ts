import { describe, expect, it } from 'vitest';
import { constantRate, halfCosine, sevenSixteenthsCosine, warmedUpCosine } from '../src/index.ts';

const quarters = [0, 0.25, 0.5, 0.75, 1];

describe('schedules (vectors of methods.md 1.3)', () => {
  it("FixMatch's cosine ends at 0.195", () => {
    const factors = quarters.map((share) => sevenSixteenthsCosine(share * 1000, 1000));
    [1, 0.9415, 0.773, 0.5141, 0.1951].forEach((expected, i) => expect(factors[i]).toBeCloseTo(expected, 4));
    expect(factors[4]).toBeCloseTo(0.19509, 5);
  });

  it("BYOL's warms up over 10 of 300 epochs: 0, 0.15, 0.3, 0.15, 0 at epochs 0, 5, 10, 155, 300", () => {
    const rates = [0, 5, 10, 155, 300].map((epoch) => 0.3 * warmedUpCosine(10)(epoch, 300));
    [0, 0.15, 0.3, 0.15, 0].forEach((expected, i) => expect(rates[i]).toBeCloseTo(expected, 12));
  });

  it('a half cosine goes from 1 to 0', () => {
    [1, 0.8535534, 0.5, 0.1464466, 0].forEach((expected, i) =>
      expect(halfCosine(quarters[i]! * 8, 8)).toBeCloseTo(expected, 7),
    );
  });

  it('constant is constant', () => {
    expect(quarters.map((share) => constantRate(share, 1))).toEqual([1, 1, 1, 1, 1]);
  });
});
