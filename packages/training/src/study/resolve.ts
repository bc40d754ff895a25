import { suggestion, type JsonObject, type RunSpec, type Study, type Tier } from '@spatial-ensemble/record';
import type { Method } from '../method.ts';
import { checkHeadline } from './check-headline.ts';
import type { Experiment } from './experiment.ts';
import { resolveRun } from './resolve-run.ts';
import { selected } from './selected.ts';

/** Which of a study's runs are asked for. */
export interface Selection {
  readonly tier?: Tier;
  readonly variant?: string;
  readonly arms?: readonly string[];
  readonly seeds?: readonly number[];
  /**
   * `key=value` texts, applied last; `data.` in front reaches what the study declares about its images,
   * `measurements.NAME.` a measurement, `evaluations.NAME.` an evaluation, and `evaluations.NAME.data.` its images.
   * `variant=NAME` and `arm=NAME` select, as the options of those names do.
   */
  readonly overrides?: readonly string[];
}

/** One run, resolved: no default and no patch is left to apply. */
export interface ResolvedRun {
  readonly tier: Tier;
  readonly variant: string | undefined;
  readonly arm: string;
  readonly seed: number;
  readonly method: Method<unknown>;
  readonly spec: JsonObject;
  readonly data: JsonObject;
  readonly measurements: RunSpec['measurements'];
  readonly steps: number;
  readonly declaration: string;
  /** What `--set` made of the declared run; undefined where this is the declared one. */
  readonly changed: { readonly overrides: readonly string[]; readonly declaredSteps: number } | undefined;
  /** The study's name for it, if it is an evaluation. */
  readonly evaluation: string | undefined;
  /** What is run on its weights; empty for an evaluation. */
  readonly evaluations: readonly ResolvedRun[];
}

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
  return Object.keys(variants).filter((name) => variants[name]!.tiers?.includes(tier) ?? true);
}

/**
 * The runs that a selection asks for, in the order of arms and seeds, each with its evaluations. A run's spec is
 * base ← tier ← variant ← arm ← arm at this tier ← overrides.
 *
 * @throws Error for a tier, variant, arm or key that does not exist or is given twice, for a spec that the method
 *   refuses, and for a headline that nothing would measure.
 */
export function resolveRuns(experiment: Experiment, asksFor: Selection = {}): ResolvedRun[] {
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
  const overrides = selection.overrides ?? [];
  return arms.flatMap((arm) =>
    seeds.map((seed) => {
      const place = { tier, variant, arm, seed };
      const run = resolveRun(experiment, place, overrides);
      checkHeadline(experiment, run);
      return overrides.length === 0 ? run : marked(run, resolveRun(experiment, place, []), overrides);
    }),
  );
}

/** Every run of a list: each, and then its evaluations. */
export function allRuns(runs: readonly ResolvedRun[]): ResolvedRun[] {
  return runs.flatMap((run) => [run, ...run.evaluations]);
}

/** A run that is not the declared one says so, and what of `--set` reached it. */
function marked(run: ResolvedRun, declared: ResolvedRun, overrides: readonly string[]): ResolvedRun {
  const reached = overrides.filter(
    (text) => !text.startsWith('evaluations.') || text.startsWith(`evaluations.${run.evaluation}.`),
  );
  return {
    ...run,
    changed:
      run.declaration === declared.declaration ? undefined : { overrides: reached, declaredSteps: declared.steps },
    evaluations: run.evaluations.map((one, i) => marked(one, declared.evaluations[i]!, overrides)),
  };
}
