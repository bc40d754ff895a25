import type { Factor, Plan } from '@spatial-ensemble/record';

import { LEVEL } from '../claims/decide.ts';
import { isExploratory } from '../claims/exploratory.ts';
import { intervalText } from '../claims/gate.ts';
import type { Section } from '../rows.ts';
import { holm } from '../statistics/holm.ts';
import { plural, signed } from '../text.ts';
import { type Level, type Levels, type LevelSeries, levelsOf } from './levels.ts';

/** What a series came to. */
export interface SeriesOutcome extends LevelSeries {
  /** The test's p, adjusted by Holm over all series of the section's factors; null without a model. */
  readonly adjusted: number | null;
  readonly verdict: 'differs' | 'not shown' | 'undecided' | 'not run';
  /** The verdict in a sentence. */
  readonly text: string;
}

/** A factor in one section. */
export interface FactorOutcome extends Levels {
  readonly name: string;
  readonly factor: Factor;
  readonly series: readonly SeriesOutcome[];
  /** Whether results of this section were there when it was declared as it is. */
  readonly exploratory: boolean;
}

/**
 * The factors of a section of any tier but `smoke`. The one rule: levels differ where the F-test's adjusted p is at most
 * .05; nothing is said before the planned seeds are there.
 */
export function factorsOf(plan: Plan, section: Section): FactorOutcome[] {
  if (section.tier === 'smoke') return [];
  const factors = Object.entries(plan.study.factors ?? {}).map(([name, factor]) => ({
    name,
    factor,
    ...levelsOf(section.rows, factor, plan.study.headline),
  }));
  const tests = factors.flatMap(({ series }) => series);
  // A series without a model counts in the family.
  const adjusted = holm(tests.map(({ test }) => test?.p ?? 1));
  return factors.map(({ series, ...one }) => ({
    ...one,
    series: series.map((of) => {
      const p = of.test === null ? null : (adjusted[tests.indexOf(of)] ?? 1);
      return { ...of, adjusted: p, ...spoken(one.factor, one.seeds.length, of, p) };
    }),
    exploratory: isExploratory(plan, section, plan.declared.factors?.[one.name]?.after),
  }));
}

function spoken(
  { seeds: planned, unit }: Factor,
  seeds: number,
  { levels }: LevelSeries,
  adjusted: number | null,
): Pick<SeriesOutcome, 'verdict' | 'text'> {
  if (seeds === 0) return { verdict: 'not run', text: 'not run: no seed has all its arms' };
  if (adjusted === null || seeds < planned)
    return { verdict: 'undecided', text: `undecided: ${seeds} of ${plural(planned, 'planned seed')}` };
  const first = levelText(levels[0]!, unit);
  if (adjusted <= LEVEL) {
    const furthest = levels.reduce((most, one) => (distance(one) > distance(most) ? one : most));
    return {
      verdict: 'differs',
      text: `differs: furthest from ${first} is ${levelText(furthest, unit)}, ${estimateText(furthest)}`,
    };
  }
  const ends = levels.flatMap(({ estimate }) => estimate?.interval ?? []);
  const hull = intervalText([Math.min(...ends), Math.max(...ends)], signed);
  return {
    verdict: 'not shown',
    text: `that it differs is not shown: each difference to ${first} lies, at 95 % each, within ${hull}`,
  };
}

function distance({ estimate }: Level): number {
  return Math.abs(estimate?.value ?? 0);
}

/** `+0.21 [−0.14, +0.56]`. */
function estimateText({ estimate }: Level): string {
  return estimate === null ? '' : `${signed(estimate.value)} ${intervalText(estimate.interval, signed)}`;
}

/** `0.3`, `30 %`, `channel`. */
export function levelText({ level }: Level, unit: string | undefined): string {
  return unit === undefined || typeof level === 'string' ? String(level) : `${level} ${unit}`;
}
