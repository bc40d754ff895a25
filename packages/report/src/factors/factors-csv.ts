import type { Plan } from '@spatial-ensemble/record';

import { csv, list } from '../csv.ts';
import type { Section } from '../rows.ts';
import { factorsOf } from './outcomes.ts';

/** The factors of all sections, a level a line, with the test of its series. */
export function factorsCsv(plan: Plan, sections: readonly Section[]): string {
  const { study } = plan;
  const records = sections.flatMap((section) =>
    factorsOf(plan, section).flatMap(({ name, factor, seeds, series, exploratory }) =>
      series.flatMap(({ title, levels, test, adjusted, verdict, text }) =>
        levels.map(({ arm, level, sample, differences, interval, estimate }) => ({
          study: study.name,
          variant: section.variant?.name ?? '',
          tier: section.tier,
          factor: name,
          series: title,
          arm,
          level,
          unit: factor.unit ?? '',
          metric: study.headline.metric,
          exploratory: exploratory ? 'yes' : 'no',
          seeds: list(seeds),
          seeds_planned: factor.seeds,
          mean: sample.mean,
          values: list(sample.values),
          over: levels[0]!.arm,
          difference: differences.mean,
          pairs_low_95: interval?.[0] ?? null,
          pairs_high_95: interval?.[1] ?? null,
          model_low_95: estimate?.interval[0] ?? null,
          model_high_95: estimate?.interval[1] ?? null,
          f: test?.f ?? null,
          df_tested: test?.df[0] ?? null,
          df_residual: test?.df[1] ?? null,
          p: test?.p ?? null,
          p_adjusted: adjusted,
          verdict,
          text,
        })),
      ),
    ),
  );
  return csv(records);
}
