import type { LoopOutcome } from './loop.ts';
import { scoreKey } from './evaluate.ts';
import {
  type Evidence,
  identity,
  type MetricsLine,
  parse,
  Result,
  type Rule,
  type RunSpec,
  type Score,
  type SplitRecord,
} from '@spatial-ensemble/record';

function numbers(line: MetricsLine): { [name: string]: number } {
  const { kind: _, counts: __, ...rest } = line;
  return rest as { [name: string]: number };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The first of the greatest. */
function placeOfMost(values: readonly number[]): number {
  return values.indexOf(Math.max(...values));
}

/**
 * A metric over the lines after a step: a mean over their steps, or a share of all that was counted in them; undefined
 * where it is absent.
 */
function meanAfter(lines: readonly MetricsLine[], step: number, name: string): number | undefined {
  const counted = lines.filter((line) => line.kind === 'train' && line.step > step && typeof line[name] === 'number');
  const weight = (line: MetricsLine): number => line.counts?.[name] ?? (line['count'] as number);
  const total = counted.reduce((sum, line) => sum + weight(line), 0);
  return total === 0
    ? undefined
    : counted.reduce((sum, line) => sum + (line[name] as number) * weight(line), 0) / total;
}

function evidenceOf({ lines, steps, weights }: LoopOutcome, schedules: Evidence): Evidence {
  const lastTenth = steps - Math.max(1, Math.floor(steps / 10));
  const percent = (share: number | undefined): number | undefined => (share === undefined ? undefined : 100 * share);
  const found = {
    ...schedules,
    preserveRate: meanAfter(lines, 0, 'preserveRate'),
    pseudoLabelAccuracy: percent(meanAfter(lines, lastTenth, 'acceptedAccuracy')),
    maskRate: percent(meanAfter(lines, lastTenth, 'maskRate')),
    ...(weights !== '' && { weights }),
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

/** The curve's points: accuracies, and the means of the line of metrics of the same step. */
function curveOf(lines: readonly MetricsLine[]): { step: number; [name: string]: number }[] {
  const trained = new Map(lines.filter(({ kind }) => kind === 'train').map((line) => [line.step, line]));
  const share = (line: MetricsLine | undefined, name: string): number | undefined =>
    typeof line?.[name] === 'number' ? 100 * line[name] : undefined;
  return lines
    .filter(({ kind }) => kind === 'curve')
    .map((point) => {
      const line = trained.get(point.step);
      const beside = {
        loss: line?.['loss'] as number | undefined,
        distance: line?.['distance'] as number | undefined,
        maskRate: share(line, 'maskRate'),
        pseudoLabelAccuracy: share(line, 'acceptedAccuracy'),
      };
      const known = Object.entries(beside).filter(([, value]) => value !== undefined) as [string, number][];
      return { ...(numbers(point) as { step: number }), ...Object.fromEntries(known) };
    });
}

/**
 * The one document that a run leaves: pure, so that the same run gives the same bytes.
 *
 * @param schedules what the method says of its teacher's schedules.
 */
export function resultOf(
  run: RunSpec,
  outcome: LoopOutcome,
  splits: readonly SplitRecord[],
  testImages: number,
  schedules: Evidence = {},
): Result {
  const tests = outcome.lines.filter(({ kind }) => kind === 'test');
  const last = tests.at(-1);
  const complete = outcome.done === outcome.steps;
  const valuesOf = (score: Score): number[] => tests.map((line) => line[scoreKey(score)] as number);
  // A recipe keeps one checkpoint: the best by its first score.
  const best = outcome.scores.slice(0, 1).map((score) => placeOfMost(valuesOf(score)))[0] ?? -1;
  const scored = outcome.scores.flatMap((score) => {
    const values = valuesOf(score);
    const measure = (rule: Rule, value: number) => ({
      name: score.name,
      network: score.network,
      split: 'test',
      rule,
      value,
      unit: '%',
      n: testImages,
    });
    if (!complete || last === undefined) return [];
    return [
      measure('last', values.at(-1)!),
      ...(outcome.best ? [measure('best-on-test', values[best]!)] : []),
      ...(!outcome.best && values.length >= 20 ? [measure('median-last-20', median(values.slice(-20)))] : []),
    ];
  });
  return parse(
    Result,
    {
      format: 'spatial-ensemble/result-1',
      identity: identity(run),
      run,
      status: complete ? 'complete' : 'partial',
      steps: { done: outcome.done, total: outcome.steps },
      measures: [...scored, ...outcome.measures],
      curve: curveOf(outcome.lines),
      splits,
      evidence: evidenceOf(outcome, schedules),
    },
    'the result of the run',
  );
}
