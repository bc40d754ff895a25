import {
  type Evidence,
  type LookedLine,
  type MetricDeclaration,
  type MetricDeclarations,
  type MetricsLine,
  type Series,
  seriesKey,
  type TrainedLine,
} from '@spatial-ensemble/record';
import type { LookedAt } from '../measurement.ts';
import { cadenceOf } from './cadence.ts';
import { inUnit } from './window.ts';

/** What a run leaves of its numbers over time. */
export interface Shown {
  readonly lines: readonly MetricsLine[];
  /** Updates of the whole run. */
  readonly steps: number;
  /** What its step shows. */
  readonly metrics: MetricDeclarations;
}

/**
 * A series for each metric that the run has numbers of. A point lies at every multiple of one spacing and at the last
 * step, and holds all steps since the point before.
 */
export function trainedSeries({ lines, steps, metrics }: Shown): Series[] {
  const { points: apart } = cadenceOf(steps);
  const trained = lines.filter(isTrained);
  const ends = trained.map(({ step }) => step).filter((step) => step % apart === 0 || step === steps);
  const windows = ends.map((step, i) => ({
    step,
    lines: trained.filter((line) => line.step <= step && line.step > (ends[i - 1] ?? 0)),
  }));
  return Object.entries(metrics).flatMap(([name, declaration]) => {
    const points = windows.flatMap(({ step, lines: covered }): Series['points'] => {
      const value = valueOver(covered, name, declaration);
      return value === undefined ? [] : [[step, value]];
    });
    const { evidence: _, ...declared } = declaration;
    return points.length === 0 ? [] : [{ name, ...declared, points }];
  });
}

/** A series for each number that was looked at while the run was trained. */
export function lookedSeries(lines: readonly MetricsLine[], asked: readonly LookedAt[]): Series[] {
  const looks = lines.filter((line): line is LookedLine => line.kind === 'held-out' || line.kind === 'measured');
  return asked.flatMap((one) => {
    const points = looks.flatMap(({ step, values }): Series['points'] => {
      const value = values[seriesKey(one)];
      return value === undefined ? [] : [[step, value]];
    });
    return points.length === 0 ? [] : [{ ...one, points }];
  });
}

/** A number for each metric that says which steps it shows something over, and has numbers there. */
export function evidenceOf({ lines, metrics, steps }: Shown): Evidence[] {
  const lastTenth = steps - Math.max(1, Math.floor(steps / 10));
  const from = { all: 0, 'last-tenth': lastTenth } as const;
  return Object.entries(metrics).flatMap(([name, declaration]) => {
    const { title, meaning, unit, evidence: over } = declaration;
    if (over === undefined) return [];
    const covered = lines.filter(isTrained).filter(({ step }) => step > from[over]);
    const value = valueOver(covered, name, declaration);
    return value === undefined ? [] : [{ name, title, ...(meaning !== undefined && { meaning }), unit, over, value }];
  });
}

/** A metric over lines, in its unit; undefined where they have none. */
function valueOver(lines: readonly TrainedLine[], name: string, declaration: MetricDeclaration): number | undefined {
  const known = lines.flatMap(({ values, counts, count }) => {
    const value = values[name];
    return value === undefined ? [] : [{ value, weight: counts[name] ?? count }];
  });
  const last = known.at(-1);
  if (last === undefined) return undefined;
  const total = known.reduce((sum, { weight }) => sum + weight, 0);
  if (total === 0) return undefined;
  const value =
    declaration.summed === 'last' ? last.value : known.reduce((sum, one) => sum + one.value * one.weight, 0) / total;
  return inUnit(declaration, value);
}

function isTrained(line: MetricsLine): line is TrainedLine {
  return line.kind === 'train';
}
