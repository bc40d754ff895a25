import type { Plan } from '@spatial-ensemble/record';

import { comparisonText } from '../claims/comparison-text.ts';
import { outcomesOf } from '../claims/outcomes.ts';
import { headlineUnit, type Section } from '../rows.ts';
import { claimAnchor } from '../section-names.ts';
import { tInterval } from '../statistics/paired-t.ts';
import { differenceUnit } from '../text.ts';
import type { Decided } from './line.ts';

/** The claims of a section: the mean of the paired differences and its interval by Student's t. */
export function claimLines(plan: Plan, section: Section): Decided[] {
  const { headline } = plan.study;
  return outcomesOf(plan, section).map(({ name, claim, paired, decision, ...outcome }) => {
    const { alternative, smallestEffect, compare } = claim;
    const { mean, values } = paired.differences;
    return {
      kind: 'claim',
      name,
      anchor: claimAnchor(section, name),
      asked: claim.hypothesis,
      exploratory: outcome.exploratory,
      difference: comparisonText(section.rows, compare),
      estimate:
        mean === null
          ? null
          : {
              kind: 'difference',
              value: mean,
              interval: tInterval(values),
              unit: differenceUnit(
                headlineUnit(section.rows, { ...headline, metric: compare.metric ?? headline.metric }),
              ),
              smallest: 'margin' in alternative ? alternative.margin : smallestEffect,
            },
      on: paired.on,
      pairs: values.length,
      p: decision.adjusted,
      adjusted: claim.family === 'primary',
      verdict: outcome.verdict,
      text: outcome.text,
      gates: outcome.gates,
    };
  });
}
