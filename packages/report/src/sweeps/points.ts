import { canonicalJson, type Json, type Plan, type StoredResult, type Sweep } from '@spatial-ensemble/record';

import { runStates } from '../pairing.ts';
import { headlineSample, type Row, type Section, sections } from '../rows.ts';
import { type Interval, tInterval } from '../statistics/paired-t.ts';
import type { Sample } from '../statistics/sample.ts';

/** An arm at one combination of the swept values. */
export interface Point {
  /** In the order of the sweep's keys. */
  readonly values: readonly Json[];
  readonly row: Row;
  /** The headline, over the seeds. */
  readonly sample: Sample;
  /** Of its mean at 95 %, by Student's t; null for one seed. */
  readonly interval: Interval | null;
  /** Whether these are the values that the study declares. */
  readonly declared: boolean;
}

/** A grid with what its runs came to: the points of an arm after another's, values in their order. */
export interface SweptGrid {
  readonly sweep: Sweep;
  readonly points: readonly Point[];
}

/**
 * The grids of a plan. At each point the arms of one seed are taken from one arithmetic, as those of a section are;
 * nothing of them is part of a section's own rows.
 */
export function sweptGrids(plan: Plan, results: readonly StoredResult[]): SweptGrid[] {
  return (plan.sweeps ?? []).map((sweep) => ({ sweep, points: pointsOf(plan, sweep, results) }));
}

/** Those of a section. */
export function gridsOf(
  grids: readonly SweptGrid[],
  { tier, variant }: Pick<Section, 'tier' | 'variant'>,
): SweptGrid[] {
  return grids.filter(({ sweep }) => sweep.tier === tier && sweep.variant === variant?.name);
}

function pointsOf(plan: Plan, { runs }: Sweep, results: readonly StoredResult[]): Point[] {
  const { headline } = plan.study;
  const combinations = [...new Map(runs.map(({ values }) => [canonicalJson(values), values])).values()];
  const points = combinations.toSorted(inOrder).flatMap((values) => {
    const here = runs.filter((run) => canonicalJson(run.values) === canonicalJson(values));
    const one: Plan = { ...plan, runs: here };
    // All are of one tier and variant.
    const rows = sections(one, runStates(one, results)).flatMap((section) => section.rows);
    return rows
      .filter((row) => row.runs.length > 0)
      .map((row): Point => {
        const sample = headlineSample(row, headline, headline.whose);
        const declared = row.runs.every(({ planned }) => planned.overrides === undefined);
        return { values, row, sample, interval: tInterval(sample.values), declared };
      });
  });
  const arms = Object.keys(plan.study.arms);
  return points.toSorted((a, b) => arms.indexOf(a.row.name) - arms.indexOf(b.row.name));
}

/** Numbers by their size; everything else as it was asked for. */
function inOrder(a: readonly Json[], b: readonly Json[]): number {
  for (const [i, value] of a.entries()) {
    const other = b[i];
    if (typeof value === 'number' && typeof other === 'number' && value !== other) return value - other;
  }
  return 0;
}

/** `0.9`, `teacher`, `[1,2]`. */
export function valueText(value: Json | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** `teacher.momentum.value`; `teacher.momentum.value × batch` of several. */
export function sweepName({ keys }: Sweep): string {
  return keys.join(' × ');
}
