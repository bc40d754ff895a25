import type { Along, Coordinate, Measure } from '@spatial-ensemble/record';
import type { MeasuredBatch, MeasuringTools } from '@spatial-ensemble/training';
import { calibrationOf, type Calibration } from './calibration.ts';
import { calibrated, tempered } from './calibrated.ts';
import { counted, meanCorruptionError } from './corruption-error.ts';
import { openCorrupting, type Corrupting } from './corrupting.ts';
import type { Corrupted } from './corruptions/corrupt-all.ts';
import type { CorruptionName } from './corruptions/names.ts';
import type { Predictor } from './predictor.ts';
import type { CorruptionsSpec } from './robustness-spec.ts';
import type { Told } from './subject.ts';

/** What one corruption of one severity came to. */
interface Found {
  readonly kind: CorruptionName;
  readonly severity: number;
  readonly calibration: Calibration;
  /** At the temperature that held-out images have chosen. */
  readonly tempered: Calibration | undefined;
}

/** How probabilities are made and looked at: as those of images that are not corrupted. */
interface Calibrating {
  readonly bins: number | undefined;
  /** Absent: no held-out images have chosen one. */
  readonly temperature: number | undefined;
}

/**
 * Accuracy of each corruption at each severity, of each over severities, of each severity, the mean corruption error,
 * and calibration under corruption.
 */
export async function corruptedMeasures(
  predictor: Predictor,
  spec: CorruptionsSpec,
  calibrating: Calibrating,
  { tools, told }: { readonly tools: MeasuringTools; readonly told: Told },
): Promise<Measure[]> {
  const { kinds, severities } = spec;
  const n = Math.min(spec.images, tools.available('test'));
  const found: Found[] = [];
  const corrupting = openCorrupting(tools.workers);
  try {
    for (const kind of kinds)
      for (const severity of severities) {
        const { lo, hi } = tools.key.fold('corruption').fold(kind).fold(severity);
        const how = { style: spec.style, kind, severity, key: [lo, hi] } as const;
        const changed = {
          how: `${kind} of severity ${severity}`,
          bytes: (batch: MeasuredBatch): Promise<Uint8Array> => corruptedBatch(corrupting, batch, how),
        };
        found.push({ kind, severity, ...calibrations(await predictor.predictions('test', n, changed), calibrating) });
      }
  } finally {
    await corrupting.close();
  }
  const looked = found.length * n;
  const under = ` under ${kinds.length} corruptions`;
  const warmed = found.flatMap(({ tempered: one }) => one ?? []);
  return [
    ...calibrated('-corrupted', under, mean(found.map(({ calibration }) => calibration)), looked, told),
    ...(warmed.length === 0 ? [] : tempered('-corrupted', under, mean(warmed), looked, told)),
    ...errorMeasures(found, spec, looked, told),
    ...accuracies(found, spec, n, told),
  ];
}

function calibrations(predictions: Parameters<typeof calibrationOf>[0], { bins, temperature }: Calibrating) {
  const how = bins === undefined ? {} : { bins };
  return {
    calibration: calibrationOf(predictions, how),
    tempered: temperature === undefined ? undefined : calibrationOf(predictions, { ...how, temperature }),
  };
}

function mean(of: readonly Calibration[]): Calibration {
  const average = (what: keyof Calibration): number => of.reduce((sum, one) => sum + one[what], 0) / of.length;
  return { accuracy: average('accuracy'), ece: average('ece'), nll: average('nll'), brier: average('brier') };
}

/** In %. */
function accuracyOf(of: readonly Found[]): number {
  return 100 * mean(of.map(({ calibration }) => calibration)).accuracy;
}

/** The mean corruption error, where there is a corruption that it is of. */
function errorMeasures(found: readonly Found[], { kinds, baseline }: CorruptionsSpec, n: number, told: Told) {
  const many = counted(kinds).length;
  if (many === 0) return [];
  const errors = Object.fromEntries(kinds.map((kind) => [kind, 100 - accuracyOf(ofKind(found, kind))]));
  return [
    told({
      name: 'corruption-error',
      title: `mean corruption error of ${many} corruptions, ${baseline === 'none' ? 'not divided by a baseline' : `relative to ${baseline}`}`,
      value: meanCorruptionError(errors, baseline),
      unit: '%',
      n,
    }),
  ];
}

const ofKind = (found: readonly Found[], kind: CorruptionName): Found[] => found.filter((one) => one.kind === kind);

/** @param n images of each corruption at each severity */
function accuracies(found: readonly Found[], { kinds, severities }: CorruptionsSpec, n: number, told: Told): Measure[] {
  const accuracy = (name: string, title: string, of: readonly Found[], along?: Along): Measure =>
    told({
      name: `corrupted-${name}`,
      title,
      value: accuracyOf(of),
      unit: '%',
      n: n * of.length,
      ...(along && { along }),
    });
  const severityAt = (at: number): Coordinate => ({ axis: 'severity', unit: '', at });
  const over = `means over severities ${severities.join(', ')}`;
  const averaged = `mean over ${kinds.length} corruptions`;
  return [
    ...kinds.map((kind) => accuracy(kind, `${kind}, ${over}`, ofKind(found, kind))),
    ...severities.map((severity) =>
      accuracy(
        `severity-${severity}`,
        `severity ${severity}, ${averaged}`,
        found.filter((one) => one.severity === severity),
        { name: 'corrupted-severity', title: `accuracy under corruption, ${averaged}`, axes: [severityAt(severity)] },
      ),
    ),
    ...found.map((one) =>
      accuracy(`${one.kind}-${one.severity}`, `${one.kind}, severity ${one.severity}`, [one], {
        name: 'corrupted',
        title: 'accuracy under corruption',
        axes: [{ axis: 'corruption', unit: '', at: one.kind }, severityAt(one.severity)],
      }),
    ),
  ];
}

function corruptedBatch(
  corrupting: Corrupting,
  { images, indices }: MeasuredBatch,
  how: Omit<Corrupted, 'data' | 'shape' | 'indices'>,
): Promise<Uint8Array> {
  const [, height, width, channels] = images.shape as readonly [number, number, number, number];
  return corrupting.all({ ...how, data: images.data as Uint8Array, shape: { height, width, channels }, indices });
}
