import type { Plan } from '@spatial-ensemble/record';

import { factorsOf, levelText } from '../factors/outcomes.ts';
import { headlineUnit, type Section } from '../rows.ts';
import { seriesAnchor } from '../section-names.ts';
import { capitalised, differenceUnit } from '../text.ts';
import type { Decided } from './line.ts';

/**
 * The series of a section's factors. The estimate is of the last level over the first, by the model: these two are
 * declared, where the furthest from the first would be chosen after the runs.
 */
export function factorLines(plan: Plan, section: Section): Decided[] {
  const unit = differenceUnit(headlineUnit(section.rows, plan.study.headline));
  return factorsOf(plan, section).flatMap(({ name, factor, series, seeds, exploratory }) =>
    series.map(({ title, levels, adjusted, verdict, text }, i): Decided => {
      const [first, last] = [levels[0]!, levels.at(-1)!];
      const { estimate } = last;
      return {
        kind: 'factor',
        name,
        anchor: seriesAnchor(section, name, i + 1),
        asked: `${capitalised(factor.title)} matters, ${title}`,
        exploratory,
        difference: `${levelText(last, factor.unit)} − ${levelText(first, factor.unit)}`,
        estimate: estimate && { kind: 'difference', ...estimate, unit, smallest: null },
        // The model's one spread is of all arms.
        on: series.flatMap((one) => one.levels.flatMap(({ on }) => on)),
        pairs: seeds.length,
        p: adjusted,
        adjusted: true,
        verdict,
        text,
        gates: [],
      };
    }),
  );
}
