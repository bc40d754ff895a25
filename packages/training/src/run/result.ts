import type { LoopOutcome } from './loop.ts';
import { HELD_OUT } from './held-out.ts';
import { evidenceOf, lookedSeries, trainedSeries } from './over-steps.ts';
import {
  type Evidence,
  identity,
  type LookedLine,
  parse,
  Result,
  type Rule,
  type RunSpec,
  type Score,
  seriesKey,
  type SplitRecord,
} from '@spatial-ensemble/record';

function median(values: readonly number[]): number {
  const half = values.length / 2;
  const middle = values.toSorted((a, b) => a - b).slice(Math.ceil(half) - 1, Math.floor(half) + 1);
  return middle.reduce((sum, value) => sum + value, 0) / middle.length;
}

/** The first of the greatest. */
function placeOfMost(values: readonly number[]): number {
  return values.indexOf(Math.max(...values));
}

/** What a result says of its images beside what identifies them. */
export interface ResultImages {
  readonly splits: readonly SplitRecord[];
  /** How many images are tested. */
  readonly tested: number;
  /** The classes' names, by label. */
  readonly classes?: readonly string[];
}

/**
 * The one document that a run leaves: pure, so that the same run gives the same bytes.
 *
 * @param schedules what follows of the run's settings alone.
 */
export function resultOf(
  run: RunSpec,
  outcome: LoopOutcome,
  { splits, tested, classes }: ResultImages,
  schedules: readonly Evidence[] = [],
): Result {
  const tests = outcome.lines.filter((line): line is LookedLine => line.kind === 'test');
  const { complete } = outcome;
  const valuesOf = (score: Score): number[] => tests.flatMap(({ values }) => values[seriesKey(score)] ?? []);
  // A recipe keeps one checkpoint: the best by its first score.
  const best = outcome.scores.slice(0, 1).map((score) => placeOfMost(valuesOf(score)))[0] ?? -1;
  const scored = outcome.scores.flatMap((score) => {
    const values = valuesOf(score);
    const measure = (rule: Rule, value: number) => ({
      name: score.name,
      title: score.title,
      whose: score.whose,
      split: 'test',
      rule,
      value,
      unit: '%',
      n: tested,
    });
    const last = values.at(-1);
    if (!complete || last === undefined) return [];
    const bestValue = outcome.best ? values[best] : undefined;
    return [
      measure('last', last),
      ...(bestValue !== undefined ? [measure('best-on-test', bestValue)] : []),
      ...(!outcome.best && values.length >= 20 ? [measure('median-last-20', median(values.slice(-20)))] : []),
    ];
  });
  return parse(
    Result,
    {
      format: 'spatial-ensemble/result-5',
      identity: identity(run),
      run,
      status: complete ? 'complete' : 'partial',
      steps: { done: outcome.done, total: outcome.steps },
      measures: [...scored, ...outcome.measures],
      series: [
        ...lookedSeries(outcome.lines, [...HELD_OUT.map(({ series }) => series), ...outcome.looked]),
        ...trainedSeries(outcome),
      ],
      splits,
      ...(classes !== undefined && { classes }),
      evidence: [...schedules, ...evidenceOf(outcome)],
      ...(outcome.weights !== '' && { weights: outcome.weights }),
    },
    'the result of the run',
  );
}
