import { applyOverrides, applyPatch, declarationHash, parse, type JsonObject, type Patch, type PlannedRun, type Study, type Tier } from '@spatial-ensemble/record';
import type { Method } from '../method.ts';
import type { Experiment } from './experiment.ts';
import { smokeOf } from './smoke.ts';

/** Which of a study's runs are asked for. */
export interface Selection {
  readonly tier?: Tier;
  readonly variant?: string;
  readonly arms?: readonly string[];
  readonly seeds?: readonly number[];
  /** `key=value` texts, applied last; `data.` in front reaches what the study declares about its images. */
  readonly overrides?: readonly string[];
}

/** One run, resolved: no default and no patch is left to apply. */
export interface ResolvedRun {
  readonly tier: Tier;
  readonly variant: string | undefined;
  readonly arm: string;
  readonly seed: number;
  readonly spec: JsonObject;
  readonly data: JsonObject;
  readonly steps: number;
  readonly declaration: string;
}

function oneOf<T extends string>(what: string, given: string, valid: readonly T[]): T {
  if (!(valid as readonly string[]).includes(given)) throw new Error(`there is no ${what} ${given}; there are ${valid.join(', ')}`);
  return given as T;
}

/** The tier that is run when none is named: the first that the study declares. */
export function defaultTier(study: Study): Tier {
  return Object.keys(study.tiers)[0] as Tier;
}

/**
 * The runs that a selection asks for, in the order of arms and seeds. A run's spec is
 * base ← tier ← variant ← arm ← overrides.
 *
 * @throws Error for a tier, variant, arm or key that does not exist, and for a spec that the method refuses.
 */
export function resolveRuns({ study, method }: Experiment, selection: Selection = {}): ResolvedRun[] {
  const tier = oneOf('tier', selection.tier ?? defaultTier(study), [...new Set([...Object.keys(study.tiers), 'smoke'])] as Tier[]);
  const variants = Object.keys(study.variants ?? {});
  const variant = selection.variant === undefined ? variants[0] : oneOf('variant', selection.variant, variants);
  const arms = (selection.arms ?? Object.keys(study.arms)).map((arm) => oneOf('arm', arm, Object.keys(study.arms)));
  const seeds = selection.seeds ?? study.tiers[tier]?.seeds ?? (tier === 'smoke' ? study.seeds.slice(0, 1) : study.seeds);
  return arms.flatMap((arm) => seeds.map((seed) => resolveRun(study, method, tier, variant, arm, seed, selection.overrides ?? [])));
}

function resolveRun(study: Study, method: Method<unknown>, tier: Tier, variant: string | undefined, arm: string, seed: number, overrides: readonly string[]): ResolvedRun {
  const patches: Patch[] = [study.tiers[tier]?.patch ?? {}, (variant === undefined ? undefined : study.variants?.[variant]?.patch) ?? {}, study.arms[arm]!.patch];
  const merged = patches.reduce<{ spec: JsonObject; data: JsonObject }>(
    (base, patch) => ({ spec: applyPatch(base.spec, patch.spec ?? {}), data: applyPatch(base.data, patch.data ?? {}) }),
    { spec: study.spec, data: study.data as JsonObject },
  );
  const what = `the spec of ${study.name}, arm ${arm}`;
  // Defaults are filled in first, so that `--set` reaches everything that the method knows.
  const full = parse(method.schema, merged.spec, what) as JsonObject;
  const forData = overrides.filter((text) => text.startsWith('data.')).map((text) => text.slice('data.'.length));
  const changed = { spec: applyOverrides(full, overrides.filter((text) => !text.startsWith('data.'))), data: applyOverrides(merged.data, forData) };
  const small = tier === 'smoke' && study.tiers.smoke === undefined ? smokeOf(method, changed) : changed;
  const spec = parse(method.schema, small.spec, what) as JsonObject;
  const declaration = declarationHash({ method: { name: method.name, version: method.version }, spec, seed, data: { declared: small.data } });
  return { tier, variant, arm, seed, spec, data: small.data, steps: method.steps(spec), declaration };
}

/** What the report needs to know of a run that was asked for. */
export function plannedRun({ variant, tier, arm, seed, declaration, steps }: ResolvedRun): PlannedRun {
  return { ...(variant !== undefined && { variant }), tier, arm, seed, declaration, steps };
}
