import { describe, expect, it } from 'vitest';
import {
  byEpoch,
  constantRate,
  halfCosine,
  sevenSixteenthsCosine,
  stepwise,
  warmedUpCosine,
  warmedUpFrom,
} from '../src/index.ts';

const quarters = [0, 0.25, 0.5, 0.75, 1];

describe('schedules, from their formulas', () => {
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

  it("the official STS code's warms up from 1e-6: step 0 runs at it, and the cosine starts at the base rate", () => {
    const [base, warmup, steps] = [0.4, 100, 1000];
    const rate = (step: number): number => base * warmedUpFrom(1e-6 / base, warmup)(step, steps);
    expect(rate(0)).toBeCloseTo(1e-6, 15);
    expect(rate(50)).toBeCloseTo((base + 1e-6) / 2, 12);
    expect(rate(99)).toBeCloseTo(base - (base - 1e-6) / 100, 12);
    expect(rate(100)).toBeCloseTo(base, 12);
    expect(rate(550)).toBeCloseTo(base / 2, 12);
    expect(rate(1000)).toBeCloseTo(0, 12);
    expect(warmedUpFrom(0, warmup)(33, steps)).toBeCloseTo(warmedUpCosine(warmup)(33, steps), 12);
  });

  it('without a warm-up both are the half cosine', () => {
    for (const step of [0, 1, 7]) {
      expect(warmedUpCosine(0)(step, 8)).toBe(halfCosine(step, 8));
      expect(warmedUpFrom(1e-6, 0)(step, 8)).toBe(halfCosine(step, 8));
    }
  });

  it("MoCo v2's cosine is constant within an epoch", () => {
    const [epochs, stepsPerEpoch] = [200, 7];
    const schedule = byEpoch(halfCosine, stepsPerEpoch);
    for (let step = 0; step < epochs * stepsPerEpoch; step++)
      expect(schedule(step, epochs * stepsPerEpoch)).toBeCloseTo(
        0.5 * (1 + Math.cos((Math.PI * Math.floor(step / stepsPerEpoch)) / epochs)),
        12,
      );
  });

  it("MoCo v1's falls to a tenth at epochs 120 and 160 of 200", () => {
    const schedule = byEpoch(stepwise([0.6, 0.8], 0.1), 5);
    const rates = [0, 119 * 5 + 4, 120 * 5, 159 * 5 + 4, 160 * 5, 199 * 5 + 4].map((step) => schedule(step, 1000));
    [1, 1, 0.1, 0.1, 0.01, 0.01].forEach((expected, i) => expect(rates[i]).toBeCloseTo(expected, 12));
  });

  it('steps fall at the exact milestone of every length that has one', () => {
    for (const [share, tenths] of [
      [0.3, 3],
      [0.6, 6],
      [0.7, 7],
      [0.8, 8],
    ] as const)
      for (let steps = 10; steps <= 5000; steps += 10) {
        const at = (tenths * steps) / 10;
        expect([stepwise([share], 0.5)(at - 1, steps), stepwise([share], 0.5)(at, steps)]).toEqual([1, 0.5]);
      }
  });
});
