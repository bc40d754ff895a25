import type { Row } from '../rows.ts';
import { entersPairs, storedOf } from '../states.ts';

/**
 * Why arms that were all run have no seed in common: `not paired: run with another arithmetic: …`; null where one of them
 * was not run, or nothing of theirs stands apart.
 *
 * @param names of the arms that something is decided of
 */
export function unpairedText(rows: readonly Row[], names: readonly string[]): string | null {
  const found = [...new Set(names)].map((name) => {
    const row = rows.find((one) => one.name === name);
    return row === undefined ? [] : [...row.runs, ...row.evaluations].map(({ state }) => state);
  });
  if (found.some((states) => states.every(({ kind }) => kind === 'not run'))) return null;
  const reasons = found.flat().flatMap((state) => {
    if (state.kind === 'not paired') return [state.why];
    const stored = storedOf(state);
    return stored === undefined || entersPairs(stored) ? [] : ['gone on with after steps of another arithmetic'];
  });
  return reasons.length === 0 ? null : `not paired: ${[...new Set(reasons)].join('; ')}`;
}
