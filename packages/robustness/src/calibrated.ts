import type { Measure } from '@spatial-ensemble/record';
import type { MeasuringTools } from '@spatial-ensemble/training';
import { calibrationOf, fitTemperature, type Calibration } from './calibration.ts';
import type { Predictor } from './predictor.ts';
import type { CalibrationSpec } from './robustness-spec.ts';
import type { Told } from './subject.ts';

/** Calibration of the test images, and what a temperature that held-out images have chosen makes of it; absent: there are none. */
export async function calibrationMeasures(
  predictor: Predictor,
  { images, bins, fittedTo }: CalibrationSpec,
  { tools, told }: { readonly tools: MeasuringTools; readonly told: Told },
): Promise<{ readonly measures: Measure[]; readonly temperature?: number }> {
  const there = tools.available('test');
  const n = images === 'all' ? there : Math.min(images, there);
  const test = await predictor.predictions('test', n);
  const plain = calibrated('', '', calibrationOf(test, { bins }), n, told);
  const heldOut = Math.min(fittedTo, tools.available('held-out'));
  if (heldOut === 0) return { measures: plain };
  const temperature = fitTemperature(await predictor.predictions('held-out', heldOut));
  const chosen = told({
    name: 'temperature',
    title: `temperature, fitted to ${heldOut} held-out images`,
    value: temperature,
    unit: '',
    split: 'held-out',
    n: heldOut,
  });
  const measures = [...plain, chosen, ...tempered('', '', calibrationOf(test, { bins, temperature }), n, told)];
  return { measures, temperature };
}

/** Calibration at a temperature, which changes no accuracy. */
export function tempered(ending: string, title: string, found: Calibration, n: number, told: Told): Measure[] {
  return calibrated(`${ending}-tempered`, `${title} at that temperature`, found, n, told).slice(1);
}

/** Accuracy and calibration as measures, accuracy first. */
export function calibrated(
  ending: string,
  title: string,
  { accuracy, ece, nll, brier }: Calibration,
  n: number,
  told: Told,
): Measure[] {
  const one = (name: string, what: string, value: number, unit: string): Measure =>
    told({ name: `${name}${ending}`, title: `${what}${title}`, value, unit, n });
  return [
    one('top1', title === '' ? 'accuracy of the images of the calibration' : 'accuracy', 100 * accuracy, '%'),
    one('ece', 'expected calibration error', 100 * ece, '%'),
    one('nll', 'negative log likelihood', nll, 'nats'),
    one('brier', 'Brier score', brier, ''),
  ];
}
