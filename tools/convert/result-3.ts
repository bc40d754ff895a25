import type { JsonObject } from '@spatial-ensemble/record';

/** A result of format 2, as far as it is written anew. */
interface Result2 extends JsonObject {
  readonly run: JsonObject & { readonly seed: number; readonly arithmetic: JsonObject };
  readonly measures: readonly (JsonObject & { readonly rule: string })[];
}

/**
 * Format 2 to 3: a seed for each part of a run, which was one number for all; at how many checkpoints the test images
 * were looked at; the version of the engine's own arithmetic, which was not recorded: 0. The run has another identity
 * then (`renamed.ts`).
 */
export function seedsOfParts(old: JsonObject): JsonObject {
  const { run, measures, ...rest } = old as unknown as Result2;
  const { seed } = run;
  return {
    ...rest,
    format: 'spatial-ensemble/result-3',
    measures,
    run: {
      ...run,
      seeds: { split: seed, weights: seed, training: seed },
      testPoints: measures.some(({ rule }) => rule === 'median-last-20') ? 20 : 1,
      arithmetic: { ...run.arithmetic, numerics: 0 },
    },
  };
}
