import type { Headline } from '@spatial-ensemble/record';

import { headlineSample, type Row } from './rows.ts';

/**
 * How our number stands to the paper's, by a stated rule: `within ±0.3` if the mean over all declared seeds lies no
 * further from the paper's number than the declared tolerance, else `outside ±0.3 (+1.20)`. Null where there is no
 * such number, no tolerance, or a declared seed is not complete.
 */
export function verdict(row: Row, headline: Headline): string | null {
  const cell = row.paper[0];
  const ours = headlineSample(row, headline, headline.network).mean;
  const finished = row.runs.every(({ state }) => state.kind === 'complete');
  if (cell === undefined || cell.expected === null || cell.tolerance === undefined || ours === null || !finished) return null;
  const difference = ours - cell.expected;
  // Stored numbers are decimal; a difference of 0.30000000000000004 is one of 0.3.
  const within = Math.abs(difference) <= cell.tolerance + 1e-9;
  const signed = `${difference < 0 ? '−' : '+'}${Math.abs(difference).toFixed(2)}`;
  return `${within ? 'within' : 'outside'} ±${cell.tolerance} (${signed})`;
}
