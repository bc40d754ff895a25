import type { Plan } from '@spatial-ensemble/record';

import type { ForestLine } from '../figures/forest.ts';
import { sectionTitle } from '../section-names.ts';
import { headlineUnit, type Section, trainedOn } from '../rows.ts';
import { tInterval } from '../statistics/paired-t.ts';
import type { Outcome } from './outcomes.ts';

/** The claims of sections as a forest plot has them: those of which there is a pair. */
export function forestLines(
  claims: readonly { readonly plan: Plan; readonly section: Section; readonly outcome: Outcome }[],
): ForestLine[] {
  return claims.flatMap(({ plan: { study }, section, outcome: { claim, paired, verdict, exploratory } }) => {
    const { mean, values } = paired.differences;
    if (mean === null) return [];
    const { alternative, smallestEffect, compare } = claim;
    const { metric = study.headline.metric } = compare;
    return [
      {
        setting: [study.title, sectionTitle(section).replaceAll('`', ''), ...trainedOn(section.rows)].join(' · '),
        claim: claim.hypothesis,
        unit: headlineUnit(section.rows, { ...study.headline, metric }),
        pairs: values.length,
        mean,
        interval: tInterval(values),
        shaded: 'margin' in alternative ? alternative.margin : smallestEffect,
        verdict: exploratory ? `${verdict} (exploratory)` : verdict,
      },
    ];
  });
}
