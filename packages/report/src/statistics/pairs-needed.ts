import { normalQuantile, studentQuantile } from './distributions.ts';

/** How a paired t-test is asked: its level, whether both tails count, and how often it is to find what there is. */
export interface Design {
  /** In (0, 1). */
  readonly level: number;
  readonly tails: 1 | 2;
  /** In (0, 1); .8 is usual. */
  readonly power: number;
}

/**
 * The pairs that it takes to find an effect: the least n that is not below ((t₁ + t₂) · sd / effect)², t₁ and t₂ being
 * Student's quantiles of the level and of the power with n − 1 degrees of freedom.
 *
 * DEVIATION (none): the exact n is by the noncentral t, from which this approximation differs by one pair at most.
 *
 * @param sd of the differences, from 0
 * @param effect above 0, in the same unit
 * @returns at least 2
 */
export function pairsNeeded(sd: number, effect: number, { level, tails, power }: Design): number {
  const needed = (quantile: (p: number) => number): number =>
    (((quantile(1 - level / tails) + quantile(power)) * sd) / effect) ** 2;
  // The normal's quantiles are smaller, so this n is never too large.
  let n = Math.max(2, Math.ceil(needed(normalQuantile)));
  while (n < needed((p) => studentQuantile(n - 1, p))) n += 1;
  return n;
}
