import type { Headline } from '@spatial-ensemble/record';

import type { Row } from '../rows.ts';
import { mcNemar } from '../statistics/mcnemar.ts';
import { titleOf } from './comparison-text.ts';
import { pairedOf } from './pairs.ts';

/** Which runs of an arm failed: ended below the reference's run of the same seed. */
export interface Failures {
  readonly arm: string;
  readonly title: string;
  /** Of these both have a run that counts. */
  readonly seeds: readonly number[];
  /** Those of them at which the arm lies below the reference; as good as the reference is no failure. */
  readonly failed: readonly number[];
}

/**
 * The failures of each arm but the reference itself, in the order of the rows, by the headline of runs that are complete
 * as they are declared. An arm without a seed that the reference has too is left out.
 *
 * @param reference the arm below which a run has failed: trained on the same labels alone, say
 */
export function failures(rows: readonly Row[], reference: string, headline: Headline): Failures[] {
  return rows.flatMap(({ name }) => {
    if (name === reference) return [];
    const { seeds, values } = pairedOf(rows, { arm: name, over: reference }, headline).differences;
    if (seeds.length === 0) return [];
    return [{ arm: name, title: titleOf(rows, name), seeds, failed: seeds.filter((_, i) => (values[i] ?? 0) < 0) }];
  });
}

/** Two arms over the seeds that were counted for both. */
export interface Discordance {
  readonly seeds: readonly number[];
  /** Seeds at which the first alone failed. */
  readonly first: readonly number[];
  /** Seeds at which the second alone failed. */
  readonly second: readonly number[];
  /** Of McNemar's exact test, two-sided. */
  readonly p: number;
}

/** Whether one of two arms fails more often than the other on the same seeds; null where they share none. */
export function discordance(one: Failures, other: Failures): Discordance | null {
  const seeds = one.seeds.filter((seed) => other.seeds.includes(seed));
  if (seeds.length === 0) return null;
  const alone = (here: Failures, there: Failures): number[] =>
    seeds.filter((seed) => here.failed.includes(seed) && !there.failed.includes(seed));
  const [first, second] = [alone(one, other), alone(other, one)];
  return { seeds, first, second, p: mcNemar(first.length, second.length) };
}
