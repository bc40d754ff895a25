import { z } from 'zod';

/** Images of each class, by label. */
export interface ClassCounts {
  readonly perClass: readonly number[];
}

/**
 * Images of each class: a list by label, or a long tail. DARP (Kim et al. 2020; bbuing9/DARP common.py, `make_imb_data`)
 * and CReST (Wei et al. 2021) declare N₁ and γ: class k of K, from 1, has N₁ · γ^(−(k − 1)/(K − 1)) images, rounded down.
 */
export const DeclaredCounts = z.union([
  z.strictObject({ perClass: z.array(z.int().nonnegative()).min(2) }),
  z.strictObject({
    /** N₁: of the first class, which has most. */
    most: z.int().positive(),
    /** γ: how many times as many as the last class has. */
    imbalance: z.number().min(1),
  }),
]);
export type DeclaredCounts = z.infer<typeof DeclaredCounts>;

export function isCounts(declared: unknown): declared is DeclaredCounts {
  return typeof declared === 'object' && declared !== null && ('perClass' in declared || 'most' in declared);
}

/** The counts that are declared, for so many classes. */
export function classCounts(declared: DeclaredCounts, classes: number): ClassCounts {
  if ('perClass' in declared) return { perClass: declared.perClass };
  const { most, imbalance } = declared;
  const factor = (1 / imbalance) ** (1 / (classes - 1));
  return {
    perClass: Array.from({ length: classes }, (_, k) =>
      // The last one without the rounding of a power, as in DARP.
      Math.floor(k === classes - 1 ? most / imbalance : most * factor ** k),
    ),
  };
}
