import { comparedNetworks, type Comparison, type Plan } from '@spatial-ensemble/record';

import { csv, list } from '../csv.ts';
import type { Section } from '../rows.ts';
import { tInterval } from '../statistics/paired-t.ts';
import { comparisonsOf, outcomesOf } from './outcomes.ts';
import { differenceLines } from './differences-table.ts';

/** The claims of all sections, a claim a line. */
export function claimsCsv(plan: Plan, sections: readonly Section[]): string {
  const records = sections.flatMap((section) =>
    outcomesOf(plan, section).map(({ name, claim, paired, decision, verdict, text, gates, exploratory }) => {
      const { mean, standardDeviation, values, seeds } = paired.differences;
      const [low, high] = tInterval(values) ?? [null, null];
      return {
        ...placeOf(plan, section),
        claim: name,
        hypothesis: claim.hypothesis,
        ...compared(plan, claim.compare),
        alternative: claim.alternative.kind,
        margin: 'margin' in claim.alternative ? claim.alternative.margin : null,
        smallest_effect: claim.smallestEffect,
        family: claim.family,
        exploratory: exploratory ? 'yes' : 'no',
        pairs: values.length,
        pairs_planned: claim.pairs,
        pairs_extended_to: claim.extendedTo?.[section.tier] ?? null,
        seeds: list(seeds),
        mean,
        sd: standardDeviation,
        low_95: low,
        high_95: high,
        p: decision.p,
        p_adjusted: decision.adjusted,
        p_equivalent_adjusted: decision.equivalence,
        pairs_needed: decision.needed,
        verdict,
        text,
        gates: list(gates.map((gate) => `${gate.name} ${gate.state}`)),
      };
    }),
  );
  return csv(records);
}

/** The paired differences of all sections, a comparison a line. */
export function differencesCsv(plan: Plan, sections: readonly Section[]): string {
  const { headline } = plan.study;
  const records = sections.flatMap((section) =>
    differenceLines(section.rows, comparisonsOf(plan, section), headline).map((line) => {
      const { mean, standardDeviation, values, seeds } = line.paired.differences;
      const [low, high] = line.interval ?? [null, null];
      const [bootstrapLow, bootstrapHigh] = line.bootstrap ?? [null, null];
      const [above, below] = line.interquartileMeans ?? [null, null];
      return {
        ...placeOf(plan, section),
        ...compared(plan, line.comparison),
        pairs: values.length,
        seeds: list(seeds),
        differences: list(values),
        mean,
        sd: standardDeviation,
        low_95: low,
        high_95: high,
        bootstrap_low_95: bootstrapLow,
        bootstrap_high_95: bootstrapHigh,
        p: line.p,
        p_sign_flip: line.signFlip?.p ?? null,
        sign_flip: line.signFlip === null ? '' : line.signFlip.exact ? 'exact' : 'drawn',
        d: line.effect,
        share_above: line.share,
        probability_of_improvement: line.improvement,
        interquartile_mean_arm: above,
        interquartile_mean_over: below,
        trainings: line.paired.cells?.[0]?.length ?? null,
        variance_split: line.variance?.split ?? null,
        variance_training: line.variance?.training ?? null,
        variance_rest: line.variance?.rest ?? null,
      };
    }),
  );
  return csv(records);
}

/** What is held against what; whose numbers they are in a study that says so of a comparison. */
function compared({ study }: Plan, { arm, over, metric, ...of }: Comparison) {
  const { headline, claims = {}, gates = {} } = study;
  const all = [...Object.values(claims), ...Object.values(gates)].flatMap((one) =>
    'compare' in one ? [one.compare] : [],
  );
  const [above, below] = comparedNetworks(of, headline.whose);
  const said = all.some(({ whose, overWhose }) => whose !== undefined || overWhose !== undefined);
  return { arm, over, metric: metric ?? headline.metric, ...(said && { whose: above, over_whose: below }) };
}

function placeOf({ study }: Plan, { variant, tier }: Section) {
  return { study: study.name, variant: variant?.name ?? '', tier };
}
