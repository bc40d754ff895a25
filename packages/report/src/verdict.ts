import type { Headline, PaperCell } from '@spatial-ensemble/record';

import { headlineSample, type Row } from './rows.ts';
import { isWiringCheck } from './states.ts';
import { halfWidth } from './statistics/paired-t.ts';
import { signed } from './text.ts';

/**
 * How our number stands to a published one, by a stated rule: `within ±0.3 (+0.12)` if the mean over all declared
 * seeds lies no further from it than the declared tolerance, else `outside ±0.3 (+1.20)`; `undecided` where our own 95 %
 * interval is wider than the tolerance, so that chance could pass or fail it. Null where there is no such number, no
 * tolerance, a declared run is not complete as it is declared, or there is one seed, which knows nothing of chance.
 */
export function verdict(cell: PaperCell, row: Row, headline: Headline): string | null {
  const { mean: ours, values } = headlineSample(row, headline, headline.whose, cell.metric);
  const finished =
    values.length === row.runs.length &&
    [...row.runs, ...row.evaluations].every(
      ({ planned, state }) =>
        state.kind === 'complete' && planned.overrides === undefined && !isWiringCheck(state.stored),
    );
  if (cell.expected === null || cell.tolerance === undefined || ours === null || !finished) return null;
  const half = halfWidth(values);
  if (half === null) return null;
  const difference = ours - cell.expected;
  if (half > cell.tolerance)
    return `undecided at ±${cell.tolerance} (${signed(difference)}, known to ±${half.toFixed(2)})`;
  // Numbers are decimal; a difference of 0.30000000000000004 is one of 0.3.
  const within = Math.abs(difference) <= cell.tolerance + 1e-9;
  return `${within ? 'within' : 'outside'} ±${cell.tolerance} (${signed(difference)})`;
}

/** All verdicts of an arm; null where there is none. */
export function verdicts(row: Row, headline: Headline): string | null {
  const all = row.paper.flatMap((cell) => verdict(cell, row, headline) ?? []);
  return all.length === 0 ? null : all.join('; ');
}
