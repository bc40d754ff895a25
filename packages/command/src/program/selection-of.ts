import type { Selection } from '@spatial-ensemble/study';
import type { Flags } from './flags.ts';

/** Which runs the options of `run` choose. */
export function selectionOf({ tier, variant, arm, seed, set = [], evaluateAt }: Flags): Selection {
  return {
    ...(tier !== undefined && { tier }),
    ...(variant !== undefined && { variant }),
    ...(arm !== undefined && { arms: arm }),
    ...(seed !== undefined && { seeds: seed }),
    overrides: [...set, ...(evaluateAt === undefined ? [] : [`atStep=${evaluateAt}`])],
  };
}
