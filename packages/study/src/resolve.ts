import { suggestion, type MeasurementRecipe, type Recipe, type Study, type Tier } from '@spatial-ensemble/record';
import { checkHeadline } from './check-headline.ts';
import type { Experiment } from './experiment.ts';
import { gridPoints, type GridPoint } from './grid.ts';
import { resolveRun } from './resolve-run.ts';
import { selected } from './selected.ts';
import type { ResolvedRun } from './resolved-run.ts';
import type { Selection } from './selection.ts';

function oneOf<T extends string>(what: string, given: string, valid: readonly T[]): T {
  if (!(valid as readonly string[]).includes(given))
    throw new Error(`there is no ${what} '${given}'.${suggestion(given, valid)}`);
  return given as T;
}

/** The tier that is run when none is named: the first that the study declares. */
function defaultTier(study: Study): Tier {
  return Object.keys(study.tiers)[0] as Tier;
}

/** The variants that exist at a tier, in their order; `[undefined]` of a study that has none. */
export function variantsAt({ variants }: Study, tier: Tier): readonly (string | undefined)[] {
  if (variants === undefined) return [undefined];
  return Object.entries(variants).flatMap(([name, { tiers }]) => ((tiers?.includes(tier) ?? true) ? [name] : []));
}

/**
 * The runs that a selection asks for, in the order of arms, points of a grid and seeds, each with its evaluations. A run's
 * spec is base ← tier ← variant ← arm ← arm at this tier ← overrides.
 *
 * @throws Error for a tier, variant, arm or key that does not exist or is given twice, for a spec that the method
 *   refuses, and for a headline that nothing would measure.
 */
export function resolveRuns<M extends Recipe<unknown>, N extends MeasurementRecipe<unknown>>(
  experiment: Experiment<M, N>,
  asksFor: Selection = {},
): ResolvedRun<M>[] {
  const { study } = experiment;
  const selection = selected(asksFor);
  const tier = oneOf('tier', selection.tier ?? defaultTier(study), [
    ...new Set([...Object.keys(study.tiers), 'smoke']),
  ] as Tier[]);
  const here = variantsAt(study, tier);
  const variant =
    selection.variant === undefined ? here[0] : oneOf('variant', selection.variant, Object.keys(study.variants ?? {}));
  if (variant !== undefined && !here.includes(variant))
    throw new Error(
      `the variant '${variant}' does not exist at the tier '${tier}'; there ${here.length === 1 ? 'is' : 'are'} ${here.join(', ')}`,
    );
  const all = Object.keys(study.arms);
  const plain = (study.tiers[tier] ?? study.tiers[defaultTier(study)])?.plainArms;
  const arms = (selection.arms ?? plain ?? all).map((arm) => oneOf('arm', arm, all));
  const seeds =
    selection.seeds ?? study.tiers[tier]?.seeds ?? (tier === 'smoke' ? study.seeds.slice(0, 1) : study.seeds);
  const points = gridPoints(selection.overrides ?? []);
  return arms.flatMap((arm) =>
    points.flatMap(({ overrides, swept }) =>
      seeds.map((seed) => {
        const place = { tier, variant, arm, seed };
        const run = resolveRun(experiment, place, overrides);
        checkHeadline(experiment, run);
        return overrides.length === 0 ? run : marked(run, resolveRun(experiment, place, []), { overrides, swept });
      }),
    ),
  );
}

/** A run that is not the declared one says so, and what of `--set` reached it. */
function marked<M extends Recipe<unknown>>(
  run: ResolvedRun<M>,
  declared: ResolvedRun<M>,
  point: GridPoint,
): ResolvedRun<M> {
  const { overrides, swept } = point;
  const reached = overrides.filter(
    (text) => !text.startsWith('evaluations.') || text.startsWith(`evaluations.${run.evaluation}.`),
  );
  return {
    ...run,
    changed:
      run.declaration === declared.declaration ? undefined : { overrides: reached, declaredSteps: declared.steps },
    swept,
    evaluations: run.evaluations.map((one, i) => marked(one, declared.evaluations[i] ?? one, point)),
  };
}
