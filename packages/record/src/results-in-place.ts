import type { PlannedRun } from './plan.ts';
import type { StoredResult } from './result.ts';
import { declarationHash, type RunSpec } from './run-spec.ts';

/**
 * Which results stand for a planned run: those of runs that do what it declares, whoever asked for them, and those of
 * runs that were asked for in its place, under whatever declaration. Each run once: of copies, the one that came
 * furthest.
 *
 * @returns gives them in the order of their files, which does not depend on that of `results`.
 */
export function resultsInPlace(results: readonly StoredResult[]): (planned: PlannedRun) => readonly StoredResult[] {
  const all = distinct(results).map((stored) => ({ stored, declaration: declarationOf(stored.result.run) }));
  return ({ declaration, identities }) =>
    all.flatMap((one) =>
      one.declaration === declaration || identities.includes(one.stored.result.identity) ? [one.stored] : [],
    );
}

/** Reports ask of the same results for every study, and a spec is large. */
const declarations = new WeakMap<RunSpec, string>();

function declarationOf(run: RunSpec): string {
  const known = declarations.get(run) ?? declarationHash(run);
  declarations.set(run, known);
  return known;
}

function distinct(results: readonly StoredResult[]): StoredResult[] {
  const best = new Map<string, StoredResult>();
  for (const stored of results.toSorted((a, b) => (a.file < b.file ? -1 : 1))) {
    const before = best.get(stored.result.identity);
    if (before === undefined || before.result.steps.done < stored.result.steps.done)
      best.set(stored.result.identity, stored);
  }
  return [...best.values()];
}
