import { applyOverrides, applyPatch, type JsonObject, type Patch } from '@spatial-ensemble/record';

/** What is declared, with what patches say of it, later ones winning. */
export function patched(
  base: JsonObject,
  patches: readonly Patch[],
  of: (patch: Patch) => JsonObject | undefined,
): JsonObject {
  return patches.reduce<JsonObject>((before, patch) => applyPatch(before, of(patch) ?? {}), base);
}

/** What is declared, with `--set` applied. */
export function overridden(declared: JsonObject, overrides: readonly string[], arm: string): JsonObject {
  try {
    return applyOverrides(declared, overrides);
  } catch (error) {
    throw new Error(`${(error as Error).message} (arm ${arm}; --arm limits a run to the arms that have a key)`, {
      cause: error,
    });
  }
}
