import { knnMeasurement } from '@spatial-ensemble/evaluation';
import type { StudyOf } from '@spatial-ensemble/study';

// What studies of features on CIFAR-10 ask, whatever the method.

type Claims = NonNullable<StudyOf<unknown>['claims']>;

/** Without these nothing is ranked: smoothing helps at all, and features are worth more than what needs no training. */
export const FEATURE_GATES: NonNullable<StudyOf<unknown>['gates']> = {
  'smoothing-matters': {
    kind: 'difference',
    title: 'a smoothed teacher gives better features than the student itself',
    compare: { arm: 'tma', over: 'none' },
  },
  'features-matter': {
    kind: 'baselines',
    title: 'features beat raw pixels and principal components, each at its best k',
    arms: ['tma', 'sts'],
    metric: 'knn-best',
    baselines: ['pixels', 'pca'],
  },
};

/**
 * Nearest neighbours as published numbers have them, and those that a gate is held against: features, pixels and
 * principal components each at the k that is best for them, chosen on training images outside the bank.
 *
 * @param networks whose features, the one reported first in front
 */
export function neighboursOf(networks: ['teacher', 'student'] | ['student', 'teacher']) {
  const best = { k: [1, 5, 10, 20, 50, 200], chosenOn: 1000, bank: 10_000, sanity: ['pixels', 'pca'] };
  return {
    knn: { k: 200, temperature: 0.1, bank: 'all', networks },
    'knn-best': { name: 'knn-best', temperature: 0.1, networks, ...best },
  };
}

/** The code behind both. */
export const NEIGHBOURS = { knn: knnMeasurement, 'knn-best': knnMeasurement };

/**
 * What is decided at each tier, behind its gates: STS against both moving averages and against itself without stitches,
 * and SE beside the moving average of its mean age, over five seeds.
 *
 * @param said.about the published numbers that STS beside a moving average of the same momentum is about
 * @param said.extendedTo the pairs of STS at a tier, once the spread of the first five was looked at
 */
export function claimsOf(
  gates: {
    readonly gpu: readonly string[];
    readonly small: readonly string[];
  },
  { about, extendedTo }: Pick<Claims[string], 'about' | 'extendedTo'> = {},
): Claims {
  const ofTier = (tier: 'gpu' | 'small') => {
    const shared = {
      alternative: { kind: 'two-sided' as const },
      // The gain that the paper's abstract has for BYOL.
      smallestEffect: 0.9,
      family: 'primary' as const,
      gates: [...gates[tier]],
      pairs: 5,
      stopping:
        'after 5 seeds; then the standard deviation of the pairs is looked at without their signs, and more seeds are declared where 5 would not find the smallest effect',
      tiers: [tier],
    };
    const ofSts = { ...shared, ...(extendedTo?.[tier] !== undefined && { extendedTo: { [tier]: extendedTo[tier] } }) };
    return {
      [`${tier}-sts-over-tma`]: {
        ...ofSts,
        hypothesis: 'STS gives other features than TMA of the same momentum',
        compare: { arm: 'sts', over: 'tma' },
        ...(about !== undefined && { about }),
      },
      [`${tier}-sts-over-tma-effective`]: {
        ...ofSts,
        hypothesis: 'STS gives other features than TMA of the same mean age',
        compare: { arm: 'sts', over: 'tma-effective' },
      },
      [`${tier}-sts-over-network`]: {
        ...ofSts,
        hypothesis: 'Stitching matters: STS gives other features than the same with one draw for all tensors',
        compare: { arm: 'sts', over: 'sts-network' },
      },
      [`${tier}-se-like-tma`]: {
        ...shared,
        hypothesis: 'SE alone is comparable to TMA of the same mean age',
        compare: { arm: 'se', over: 'tma' },
        alternative: { kind: 'equivalent' as const, margin: 1 },
        family: 'secondary' as const,
        about: [{ table: 'ablation-smoothing', cell: 'se' }],
      },
    };
  };
  return { ...ofTier('gpu'), ...ofTier('small') };
}
