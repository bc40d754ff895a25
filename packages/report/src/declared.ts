import { applyPatch, type JsonObject, type Plan } from '@spatial-ensemble/record';

import type { Section } from './rows.ts';

/** The source of a section's data, as the study declares it: `cifar10`. */
export function declaredSource({ study }: Plan, { tier, variant }: Section): string {
  const patches = [study.tiers[tier]?.patch, variant === null ? undefined : study.variants?.[variant.name]?.patch];
  return String(patches.reduce<JsonObject>((data, patch) => applyPatch(data, patch?.data ?? {}), study.data)['source']);
}
