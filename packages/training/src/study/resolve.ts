import {
  applyOverrides,
  applyPatch,
  declarationHash,
  parse,
  suggestion,
  type JsonObject,
  type Patch,
  type Study,
  type Tier,
} from '@spatial-ensemble/record';
import { DataSpec } from '../data.ts';
import type { Method } from '../method.ts';
import type { Experiment } from './experiment.ts';
import { smokeOf, type Declared } from './smoke.ts';

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
  if (!(valid as readonly string[]).includes(given))
    throw new Error(`there is no ${what} '${given}'.${suggestion(given, valid)}`);
  return given as T;
}

/** The tier that is run when none is named: the first that the study declares. */
function defaultTier(study: Study): Tier {
  return Object.keys(study.tiers)[0] as Tier;
}

/**
 * The runs that a selection asks for, in the order of arms and seeds. A run's spec is
 * base ← tier ← variant ← arm ← overrides.
 *
 * @throws Error for a tier, variant, arm or key that does not exist, and for a spec that the method refuses.
 */
export function resolveRuns({ study, method }: Experiment, selection: Selection = {}): ResolvedRun[] {
  const tier = oneOf('tier', selection.tier ?? defaultTier(study), [
    ...new Set([...Object.keys(study.tiers), 'smoke']),
  ] as Tier[]);
  const variants = Object.keys(study.variants ?? {});
  const variant = selection.variant === undefined ? variants[0] : oneOf('variant', selection.variant, variants);
  const arms = [...new Set(selection.arms ?? Object.keys(study.arms))].map((arm) =>
    oneOf('arm', arm, Object.keys(study.arms)),
  );
  const asked = selection.seeds && [...new Set(selection.seeds)];
  const seeds = asked ?? study.tiers[tier]?.seeds ?? (tier === 'smoke' ? study.seeds.slice(0, 1) : study.seeds);
  return arms.flatMap((arm) =>
    seeds.map((seed) => resolveRun(study, method, tier, variant, arm, seed, selection.overrides ?? [])),
  );
}

function resolveRun(
  study: Study,
  method: Method<unknown>,
  tier: Tier,
  variant: string | undefined,
  arm: string,
  seed: number,
  overrides: readonly string[],
): ResolvedRun {
  const patches: Patch[] = [
    study.tiers[tier]?.patch ?? {},
    (variant === undefined ? undefined : study.variants?.[variant]?.patch) ?? {},
    study.arms[arm]!.patch,
  ];
  const merged = patches.reduce<{ spec: JsonObject; data: JsonObject }>(
    (base, patch) => ({ spec: applyPatch(base.spec, patch.spec ?? {}), data: applyPatch(base.data, patch.data ?? {}) }),
    { spec: study.spec, data: study.data as JsonObject },
  );
  const what = `the spec of ${study.name}, arm ${arm}`;
  // Defaults are filled in first, so that `--set` reaches everything that the method knows.
  const full: Declared = {
    spec: parse(method.schema, merged.spec, what) as JsonObject,
    data: parse(DataSpec, merged.data, `the data of ${study.name}`) as JsonObject,
  };
  const sized = tier === 'smoke' && study.tiers.smoke === undefined ? smokeOf(method, full) : full;
  const { data, ...changed } = overridden(sized, overrides, arm);
  const spec = parse(method.schema, changed, what) as JsonObject;
  const declaration = declarationHash({
    method: { name: method.name, version: method.version },
    spec,
    seed,
    data: { declared: data },
  });
  return { tier, variant, arm, seed, spec, data, steps: method.steps(spec), declaration };
}

/** A spec and, under `data`, what is declared about the images, with `--set` applied to both. */
function overridden(
  { spec, data }: Declared,
  overrides: readonly string[],
  arm: string,
): JsonObject & { readonly data: JsonObject } {
  try {
    return applyOverrides({ ...spec, data }, overrides);
  } catch (error) {
    throw new Error(`${(error as Error).message} (arm ${arm}; --arm limits a run to the arms that have a key)`, {
      cause: error,
    });
  }
}
