import { applyPatch, type JsonObject, type Patch, type Plan } from '@spatial-ensemble/record';

import type { Section } from './rows.ts';

/** Spec and data of runs. */
export interface Settings {
  readonly spec: JsonObject;
  readonly data: JsonObject;
}

/**
 * What a study declares for a section, or for one arm of it: base ← tier ← variant ← arm ← arm at this tier. Without
 * what the method's schema adds where nothing is said, which a report does not load.
 */
export function declaredSettings({ study }: Plan, { tier, variant }: Section, arm?: string): Settings {
  const atTier = study.tiers[tier];
  const patches: (Patch | undefined)[] = [
    atTier?.patch,
    variant === null ? undefined : study.variants?.[variant.name]?.patch,
    ...(arm === undefined ? [] : [study.arms[arm]?.patch, atTier?.arms?.[arm]]),
  ];
  const merged = (of: 'spec' | 'data'): JsonObject =>
    patches.reduce<JsonObject>((before, patch) => applyPatch(before, patch?.[of] ?? {}), study[of]);
  return { spec: merged('spec'), data: merged('data') };
}
