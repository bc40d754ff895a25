import { canonicalJson, labelKey, type PlannedRun, type Sweep, type SweptRun } from '@spatial-ensemble/record';
import { allRuns, type ResolvedRun } from './resolved-run.ts';

/**
 * The grids of runs as a plan keeps them: none, or the one that a command asked for.
 *
 * @param planned what the plan knows of a run
 */
export function sweepsOf(runs: readonly ResolvedRun[], planned: (run: ResolvedRun) => PlannedRun): Sweep[] {
  const [first] = runs;
  if (first?.swept === undefined) return [];
  const { keys, fixed } = first.swept.grid;
  return [
    {
      tier: first.tier,
      ...(first.variant !== undefined && { variant: first.variant }),
      keys: [...keys],
      ...(fixed.length > 0 && { fixed: [...fixed] }),
      // `!`: all runs of a command are of its grid.
      runs: allRuns(runs).map((run) => ({ ...planned(run), values: [...run.swept!.values] })),
    },
  ];
}

/**
 * Sweeps with those of before: grids of the same keys, everything else alike, are one, so that values and arms may be
 * added by later commands.
 */
export function joinedSweeps(before: readonly Sweep[], now: readonly Sweep[]): Sweep[] {
  const joined = new Map(before.map((sweep) => [gridKey(sweep), sweep]));
  for (const sweep of now) {
    const known = joined.get(gridKey(sweep))?.runs ?? [];
    joined.set(gridKey(sweep), { ...sweep, runs: joinedRuns(known, sweep.runs) });
  }
  return [...joined.values()];
}

function joinedRuns(before: readonly SweptRun[], now: readonly SweptRun[]): SweptRun[] {
  const joined = new Map(before.map((run) => [pointKey(run), run]));
  for (const run of now) {
    const known = joined.get(pointKey(run))?.identities ?? [];
    const identities = [...known.filter((one) => !run.identities.includes(one)), ...run.identities];
    joined.set(pointKey(run), { ...run, identities });
  }
  return [...joined.values()];
}

function gridKey({ tier, variant, keys, fixed = [] }: Sweep): string {
  return JSON.stringify([tier, variant, keys, fixed]);
}

function pointKey(run: SweptRun): string {
  return canonicalJson([labelKey(run), run.values]);
}
