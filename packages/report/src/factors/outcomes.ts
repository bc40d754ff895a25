import type { Factor, Headline, Plan } from '@spatial-ensemble/record';

import { LEVEL, type Verdict } from '../claims/decide.ts';
import { isExploratory } from '../claims/exploratory.ts';
import { estimateText, intervalText } from '../claims/gate.ts';
import { unpairedText } from '../claims/unpaired.ts';
import type { Section } from '../rows.ts';
import { holm } from '../statistics/holm.ts';
import { plural, signed } from '../text.ts';
import { type Level, type Levels, type LevelSeries, levelsOf } from './levels.ts';

/** What a series came to. */
export interface SeriesOutcome extends LevelSeries {
  /** The test's p, adjusted by Holm over all series of the section's factors; null without a model. */
  readonly adjusted: number | null;
  /** That the factor matters in this series. */
  readonly verdict: Extract<Verdict, 'supported' | 'undecided' | 'not paired' | 'not run'>;
  /** The verdict with what it rests on, or what it would take. */
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
 * The factors of a section of any tier but `smoke`. The one rule: that it matters in a series is supported where the
 * F-test's adjusted p is at most .05, else undecided; nothing is said before the planned seeds are there.
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
  return factors.map((one) => ({
    ...one,
    series: one.series.map((of) => {
      const p = of.test === null ? null : (adjusted[tests.indexOf(of)] ?? 1);
      return { ...of, adjusted: p, ...spoken(one, of, p, section, plan.study.headline) };
    }),
    exploratory: isExploratory(plan, section, plan.declared.factors?.[one.name]?.after),
  }));
}

function spoken(
  { factor: { seeds: planned, unit }, seeds, series }: Levels & { readonly factor: Factor },
  { levels }: LevelSeries,
  adjusted: number | null,
  { rows }: Section,
  headline: Headline,
): Pick<SeriesOutcome, 'verdict' | 'text'> {
  if (seeds.length === 0) {
    const compared = series.flatMap((one) => one.levels.map(({ arm }) => ({ arm, whose: headline.whose })));
    const unpaired = unpairedText(rows, compared, headline);
    return unpaired === null
      ? { verdict: 'not run', text: 'not run: no seed has all its arms' }
      : { verdict: 'not paired', text: unpaired };
  }
  if (seeds.length < planned)
    return { verdict: 'undecided', text: `undecided: ${seeds.length} of ${plural(planned, 'planned seed')}` };
  if (adjusted === null) return { verdict: 'undecided', text: 'undecided: no model can be made of these runs' };
  const first = levelText(levels[0]!, unit);
  if (adjusted <= LEVEL) {
    const furthest = levels.reduce((most, one) => (distance(one) > distance(most) ? one : most));
    return {
      verdict: 'supported',
      text: `supported: furthest from ${first} is ${levelText(furthest, unit)}, ${differenceText(furthest)}`,
    };
  }
  const ends = levels.flatMap(({ estimate }) => estimate?.interval ?? []);
  const hull = intervalText([Math.min(...ends), Math.max(...ends)], signed);
  return {
    verdict: 'undecided',
    text: `undecided: each difference to ${first} lies, at 95 % each, within ${hull}; no smallest effect is declared, so no number of seeds is known that would decide`,
  };
}

function distance({ estimate }: Level): number {
  return Math.abs(estimate?.value ?? 0);
}

function differenceText({ estimate }: Level): string {
  return estimate === null ? '' : estimateText(estimate.value, estimate.interval);
}

/** `0.3`, `30 %`, `channel`. */
export function levelText({ level }: Level, unit: string | undefined): string {
  return unit === undefined || typeof level === 'string' ? String(level) : `${level} ${unit}`;
}
