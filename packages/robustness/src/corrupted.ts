import type { Key } from '@spatial-ensemble/random';
import type { Measure } from '@spatial-ensemble/record';
import type { MeasuredBatch, MeasuringTools } from '@spatial-ensemble/training';
import { calibrationOf, type Calibration } from './calibration.ts';
import { calibrated } from './calibrated.ts';
import { meanCorruptionError, VALIDATION } from './corruption-error.ts';
import { corrupt } from './corruptions/corrupt.ts';
import type { CorruptionName } from './corruptions/names.ts';
import type { Predictor } from './predictor.ts';
import type { CorruptionsSpec } from './robustness-spec.ts';
import type { Told } from './subject.ts';

interface Found {
  readonly kind: CorruptionName;
  readonly severity: number;
  readonly calibration: Calibration;
}

/** Accuracy by corruption and by severity, the mean corruption error, and calibration under corruption. */
export async function corruptedMeasures(
  predictor: Predictor,
  spec: CorruptionsSpec,
  bins: number | undefined,
  { tools, told }: { readonly tools: MeasuringTools; readonly told: Told },
): Promise<Measure[]> {
  const { kinds, severities, baseline } = spec;
  const n = Math.min(spec.images, tools.available('test'));
  const found: Found[] = [];
  for (const kind of kinds)
    for (const severity of severities) {
      const key = tools.key.fold('corruption').fold(kind).fold(severity);
      const changed = (batch: MeasuredBatch): Uint8Array => corruptedBatch(batch, key, { ...spec, kind, severity });
      found.push({
        kind,
        severity,
        calibration: calibrationOf(await predictor.predictions('test', n, changed), {
          ...(bins !== undefined && { bins }),
        }),
      });
    }
  const mean = (of: readonly Found[]): Calibration => {
    const average = (what: keyof Calibration): number =>
      of.reduce((sum, { calibration }) => sum + calibration[what], 0) / of.length;
    return { accuracy: average('accuracy'), ece: average('ece'), nll: average('nll'), brier: average('brier') };
  };
  const accuracy = (name: string, title: string, of: readonly Found[]): Measure =>
    told({ name, title, value: 100 * mean(of).accuracy, unit: '%', n: n * of.length });
  const over = `means over severities ${severities.join(', ')}`;
  const errors = Object.fromEntries(
    kinds.map((kind) => [kind, 100 - 100 * mean(found.filter((one) => one.kind === kind)).accuracy]),
  );
  const looked = found.length * n;
  return [
    ...calibrated('-corrupted', `, images under ${kinds.length} corruptions`, mean(found), looked, told),
    ...(hasError(kinds)
      ? [
          told({
            name: 'corruption-error',
            title: `mean corruption error of ${kinds.filter((kind) => !VALIDATION.includes(kind)).length} corruptions, ${baseline === 'none' ? 'not divided by a baseline' : `relative to ${baseline}`}`,
            value: meanCorruptionError(errors, baseline),
            unit: '%',
            n: looked,
          }),
        ]
      : []),
    ...kinds.map((kind) =>
      accuracy(
        `corrupted-${kind}`,
        `${kind}, ${over}`,
        found.filter((one) => one.kind === kind),
      ),
    ),
    ...severities.map(
      (severity) =>
      accuracy(`corrupted-severity-${severity}`, `severity ${severity}, mean over ${kinds.length} corruptions`, found.filter((one) => one.severity === severity)), // prettier-ignore
    ),
  ];
}

/** Each image corrupted by what its own key draws. */
function corruptedBatch(
  { images, indices }: MeasuredBatch,
  key: Key,
  how: { readonly style: CorruptionsSpec['style']; readonly kind: CorruptionName; readonly severity: number },
): Uint8Array {
  const [, height, width, channels] = images.shape as readonly [number, number, number, number];
  const size = height * width * channels;
  const out = new Uint8Array(images.data.length);
  indices.forEach((index, i) => {
    const image = (images.data as Uint8Array).subarray(i * size, (i + 1) * size);
    out.set(corrupt(image, { height, width, channels }, { ...how, key: key.fold(index) }), i * size);
  });
  return out;
}

function hasError(kinds: readonly CorruptionName[]): boolean {
  return kinds.some((kind) => !VALIDATION.includes(kind));
}
