import { applyOverrides, applyPatch, type JsonObject, type Patch } from '@spatial-ensemble/record';
import { possibleKeys, type Checked } from './possible-keys.ts';

/** What is declared, with what patches say of it, later ones winning. */
export function patched(
  base: JsonObject,
  patches: readonly Patch[],
  of: (patch: Patch) => JsonObject | undefined,
): JsonObject {
  return patches.reduce<JsonObject>((before, patch) => applyPatch(before, of(patch) ?? {}), base);
}

/**
 * What is declared, with `--set` applied.
 *
 * @param checked what gives the keys that `--set` adds where they are left out
 */
export function overridden(
  declared: JsonObject,
  overrides: readonly string[],
  arm: string,
  checked: readonly Checked[],
): JsonObject {
  try {
    return applyOverrides(declared, overrides, (spec, path) => possibleKeys(checked, spec, path));
  } catch (error) {
    throw new Error(`${(error as Error).message} (arm ${arm}; --arm limits a run to the arms that have a key)`, {
      cause: error,
    });
  }
}
