import type { Headline, PaperCell } from '@spatial-ensemble/record';

import { overSplits } from './claims/over-splits.ts';
import { headlineSample, type Row } from './rows.ts';
import { isWiringCheck } from './states.ts';
import { halfWidth, halfWidthOf } from './statistics/paired-t.ts';
import type { Sample } from './statistics/sample.ts';
import { sampleText, signed } from './text.ts';

/**
 * How our number stands to a published one, by a stated rule: `within ±0.3 (+0.12)` if the mean over all declared seeds
 * lies no further from it than the margin, else `outside ±0.3 (+1.20)`. `undecided` where our own 95 % half-width is
 * wider than the margin has room for, so that noise of ours could pass or fail it.
 *
 * A published number of another checkpoint than the headline's is not judged; ours of that checkpoint stands with it.
 *
 * @returns null where there is no such number, no margin, a declared run is not complete as it is declared, or there is
 *   one seed, which knows nothing of chance
 */
export function verdict(cell: PaperCell, row: Row, headline: Headline): string | null {
  if (cell.expected === null || row.shown.length === 0) return null;
  const ours = ofItsCheckpoint(cell, row, headline);
  const { rule = headline.rule } = cell;
  if (rule !== headline.rule)
    return `not judged: published is ${rule}, ours of that ${ours.mean === null ? 'was not measured' : `is ${sampleText(ours)}`}`;
  const half = halfWidth(overSplits(ours, row.crossed).values);
  if (ours.mean === null || half === null || !isFinished(row, ours)) return null;
  const margin = marginOf(cell, half);
  if (margin === null) return null;
  const difference = ours.mean - cell.expected;
  if (half > margin.ours)
    return `undecided at ±${short(margin.ours)} (${signed(difference)}, known to ±${half.toFixed(2)})`;
  // Numbers are decimal; a difference of 0.30000000000000004 is one of 0.3.
  const within = Math.abs(difference) <= margin.whole + 1e-9;
  return `${within ? 'within' : 'outside'} ±${short(margin.whole)} (${signed(difference)})`;
}

/** All verdicts of an arm; null where there is none. */
export function verdicts(row: Row, headline: Headline): string | null {
  const all = row.paper.flatMap((cell) => verdict(cell, row, headline) ?? []);
  return all.length === 0 ? null : all.join('; ');
}

/** What a published number is held against with, and where that is from; why it is not, where there is nothing. */
export function marginText(cell: PaperCell, headline: Headline): string {
  const { expected, rule = headline.rule, tolerance, spread } = cell;
  if (expected === null) return 'not judged: no number';
  if (rule !== headline.rule) return `not judged: ${rule}`;
  if (tolerance !== undefined) return `±${tolerance.value} (${tolerance.source})`;
  if (spread === undefined) return 'not judged: no tolerance and no spread is published';
  const { standardDeviation, runs, source } = spread;
  return `±${short(halfWidthOf(standardDeviation, runs))} and our own (Student’s t of ${runs} runs, sd ${standardDeviation}${source === cell.source ? '' : `: ${source}`})`;
}

/** Ours that a published number is to be read beside: of the same measure and checkpoint. */
function ofItsCheckpoint({ metric, rule }: PaperCell, row: Row, headline: Headline): Sample {
  return headlineSample(row, { ...headline, rule: rule ?? headline.rule }, headline.whose, metric);
}

function isFinished({ runs, evaluations }: Row, { values }: Sample): boolean {
  return (
    values.length === runs.length &&
    [...runs, ...evaluations].every(
      ({ planned, state }) =>
        state.kind === 'complete' && planned.overrides === undefined && !isWiringCheck(state.stored),
    )
  );
}

/**
 * How far from the published number we may be, and how wide our own interval may be for that. A declared tolerance is
 * both. Without one, both sides' half-widths together; ours is then part of the margin and would always fit into it, so
 * that it may be no wider than theirs.
 */
function marginOf({ tolerance, spread }: PaperCell, half: number): { whole: number; ours: number } | null {
  if (tolerance !== undefined) return { whole: tolerance.value, ours: tolerance.value };
  if (spread === undefined) return null;
  const theirs = halfWidthOf(spread.standardDeviation, spread.runs);
  return { whole: theirs + half, ours: theirs };
}

/** To two decimals at most. */
function short(width: number): string {
  return String(Number(width.toFixed(2)));
}
