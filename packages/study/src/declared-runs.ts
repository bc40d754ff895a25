import type { MeasurementRecipe, Recipe, Tier } from '@spatial-ensemble/record';
import type { Experiment } from './experiment.ts';
import { resolveRuns, variantsAt } from './resolve.ts';
import type { ResolvedRun } from './resolved-run.ts';

/** Every run that a study declares, at all its tiers but `smoke` and all its variants. */
export function declaredRuns<M extends Recipe<unknown>, N extends MeasurementRecipe<unknown>>(
  experiment: Experiment<M, N>,
): ResolvedRun<M>[] {
  const { study } = experiment;
  const tiers = (Object.keys(study.tiers) as Tier[]).filter((tier) => tier !== 'smoke');
  return tiers.flatMap((tier) =>
    variantsAt(study, tier).flatMap((variant) =>
      resolveRuns(experiment, { tier, arms: Object.keys(study.arms), ...(variant && { variant }) }),
    ),
  );
}
