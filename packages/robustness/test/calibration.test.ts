import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { calibrationOf, fitTemperature, type Calibration } from '../src/index.ts';

interface Fixture {
  readonly classes: number;
  readonly labels: readonly number[];
  readonly logits: readonly number[];
  readonly plain: Calibration;
  readonly temperature: number;
  readonly tempered: Calibration;
}

/** Written by test/reference/calibration.py. */
const fixture = JSON.parse(readFileSync(new URL('fixtures/calibration.json', import.meta.url), 'utf8')) as Fixture;
const predictions = {
  logits: Float32Array.from(fixture.logits),
  labels: Int32Array.from(fixture.labels),
  classes: fixture.classes,
};

function close(a: Calibration, b: Calibration): void {
  for (const name of ['accuracy', 'ece', 'nll', 'brier'] as const) expect(a[name]).toBeCloseTo(b[name], 6);
}

describe('calibration', () => {
  it('is what NumPy and SciPy say', () => {
    close(calibrationOf(predictions), fixture.plain);
    const temperature = fitTemperature(predictions);
    expect(temperature).toBeCloseTo(fixture.temperature, 4);
    close(calibrationOf(predictions, { temperature }), fixture.tempered);
  });

  it('has closed forms: two images of confidence 0.8, of which one is right', () => {
    const z = Math.log(4);
    const { accuracy, ece, nll, brier } = calibrationOf({
      logits: Float32Array.of(z, 0, z, 0),
      labels: Int32Array.of(0, 1),
      classes: 2,
    });
    expect(accuracy).toBe(0.5);
    expect(ece).toBeCloseTo(0.3, 6);
    expect(nll).toBeCloseTo(-(Math.log(0.8) + Math.log(0.2)) / 2, 6);
    expect(brier).toBeCloseTo((2 * 0.2 ** 2 + 2 * 0.8 ** 2) / 2, 6);
  });

  it('finds the temperature that logits were multiplied by', () => {
    // Of 1,000 images a share p is right whose logit is ln(p / (1 − p)): calibrated at 1.
    const p = 0.75;
    const labels = Int32Array.from({ length: 1000 }, (_, i) => (i < 1000 * p ? 0 : 1));
    const logits = Float32Array.from({ length: 2000 }, (_, i) => (i % 2 === 0 ? 2.5 * Math.log(p / (1 - p)) : 0));
    expect(fitTemperature({ logits, labels, classes: 2 })).toBeCloseTo(2.5, 4);
  });

  it('refuses nothing, and logits of other images', () => {
    expect(() => calibrationOf({ ...predictions, labels: new Int32Array(0) })).toThrow(/there are none/);
    expect(() => fitTemperature({ ...predictions, classes: 4 })).toThrow(/other than 1000 logits/);
  });

  it.each([Number.NaN, Infinity])('refuses logits of %s, and says whose and of which image', (lost) => {
    const logits = predictions.logits.slice();
    logits[7 * fixture.classes + 1] = lost;
    const diverged = { ...predictions, logits, what: 'the teacher on test images' };
    for (const of of [calibrationOf, fitTemperature])
      expect(() => of(diverged)).toThrow(/^the logits of the teacher on test images are not finite, first of image 7 of \d+ .*diverged$/); // prettier-ignore
  });
});
