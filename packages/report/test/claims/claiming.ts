import {
  type Claim,
  type Gate,
  type Measure,
  type Plan,
  type StoredResult,
  type StudyInput,
} from '@spatial-ensemble/record';

import { plan, runSpec, stored } from '../synthetic.ts';

/** STS − TMA and the rest of a pilot of eight splits: FixMatch, Fashion-MNIST, 40 labels. */
export const PILOT: Readonly<Record<string, readonly number[]>> = {
  none: [61.92, 64.31, 61.31, 67.04, 60.54, 64.51, 66.52, 57.51],
  tma: [61.25, 65.17, 64.13, 67.63, 61.11, 67.38, 67.56, 58.61],
  'tma-effective': [61.52, 65.11, 58.11, 67.74, 60.69, 67.08, 66.95, 58.38],
  sts: [61.72, 65.74, 57.56, 68.42, 60.85, 67.6, 66.81, 58.58],
};

const SMOOTHING: Gate = {
  kind: 'difference',
  title: 'smoothing matters',
  compare: { arm: 'tma', over: 'none' },
};

export function claim(changes: Partial<Claim> = {}): Claim {
  return {
    hypothesis: 'STS is better than TMA',
    compare: { arm: 'sts', over: 'tma' },
    alternative: { kind: 'greater' },
    smallestEffect: 0.5,
    family: 'primary',
    gates: ['smoothing'],
    pairs: 8,
    stopping: 'after eight splits',
    ...changes,
  };
}

/** A study that claims, over as many seeds, at the tier `small`. */
export function claiming(
  seeds: number,
  claims: Readonly<Record<string, Claim>>,
  changes: Partial<StudyInput> = {},
): Plan {
  const all = Array.from({ length: seeds }, (_, i) => i + 1);
  return plan({ gates: { smoothing: SMOOTHING }, claims, ...changes }, all);
}

/** A complete run of an arm whose teacher reaches this accuracy, with other measures beside it. */
export function ran(arm: string, seed: number, accuracy: number, others: readonly Measure[] = []): StoredResult {
  const run = stored(runSpec(arm, seed));
  const [first] = run.result.measures;
  const measures = [{ ...first!, whose: 'teacher' as const, value: accuracy }, ...others];
  return { ...run, result: { ...run.result, measures } };
}

/** Runs of these accuracies, by arm, of the seeds 1, 2, … */
export function runsOf(accuracies: Readonly<Record<string, readonly number[]>>): StoredResult[] {
  return Object.entries(accuracies).flatMap(([arm, values]) => values.map((value, i) => ran(arm, i + 1, value)));
}
