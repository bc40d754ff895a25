import type { Headline } from '@spatial-ensemble/record';

import { isHeadline, type Row } from '../rows.ts';
import { entersPairs, type RunOfArm, storedOf } from '../states.ts';

/** A number that something is decided of: of an arm's runs, by the headline's rule. */
export interface Compared {
  readonly arm: string;
  readonly whose: Headline['whose'];
  /** Absent: the headline's. */
  readonly metric?: string;
}

/**
 * Why arms that all have their number at some seed have no seed in common: `not paired: run with another arithmetic: …`;
 * null where at no seed all of them have it, or nothing of theirs stands apart.
 */
export function unpairedText(rows: readonly Row[], compared: readonly Compared[], headline: Headline): string | null {
  const found = compared.map((one) => {
    const row = rows.find(({ name }) => name === one.arm);
    const runs = row === undefined ? [] : [...row.runs, ...row.evaluations];
    return { runs, measured: seedsOf(runs.filter((run) => isMeasured(run, one, headline))) };
  });
  const seeds = [...(found[0]?.measured ?? [])].filter((seed) => found.every(({ measured }) => measured.has(seed)));
  const reasons = found.flatMap(({ runs }) =>
    runs.filter(({ planned }) => seeds.includes(planned.seed)).flatMap(apartText),
  );
  return reasons.length === 0 ? null : `not paired: ${[...new Set(reasons)].join('; ')}`;
}

function seedsOf(runs: readonly RunOfArm[]): ReadonlySet<number> {
  return new Set(runs.map(({ planned }) => planned.seed));
}

/** Whether a result of a run has a number, be it counted or not. */
function isMeasured({ state, others }: RunOfArm, { whose, metric }: Compared, headline: Headline): boolean {
  const wanted = { ...headline, metric: metric ?? headline.metric };
  return [storedOf(state), ...others.map(({ stored }) => stored)].some((stored) =>
    stored?.result.measures.some((kind) => kind.whose === whose && isHeadline(kind, wanted)),
  );
}

/** Why a run cannot be held against others; nothing where it can. */
function apartText({ state }: RunOfArm): string[] {
  if (state.kind === 'not paired') return [state.why];
  const stored = storedOf(state);
  return stored === undefined || entersPairs(stored) ? [] : ['gone on with after steps of another arithmetic'];
}
