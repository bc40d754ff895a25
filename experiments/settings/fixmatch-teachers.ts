import type { FixMatchInput } from '@spatial-ensemble/fixmatch';
import { effectiveMomentum } from '@spatial-ensemble/smoothing';
import type { StudyOf } from '@spatial-ensemble/study';

// The teachers that a study of FixMatch compares, and what it asks of them, whatever the images.

/** The preserve probability of the paper's FixMatch (packages/teacher/README.md, "Preserve probabilities of the paper"). */
export const PRESERVE = 0.5;

/**
 * A teacher is behind its student for the first fifth of a short run without it, and wrong pseudo-labels of that time
 * stay. It is the effective momentum that is warmed up, so that arms of one mean age lag alike from the first update on.
 */
const WARM_UP = { warmUp: 'effective' } as const;

/** The student as its own teacher. */
export const NONE = { teacher: { kind: 'none' } } as const satisfies FixMatchInput;

/** A moving average of a momentum. */
export function tma(momentum: number) {
  return { kind: 'tma', momentum, ...WARM_UP } as const;
}

/** What one draw decides, and with which chance it keeps. */
interface Masks {
  readonly granularity?: 'tensor' | 'layer' | 'channel' | 'neuron' | 'network';
  readonly preserve?: number;
}

/** Spatial-temporal smoothing of a momentum. */
export function sts(momentum: number, { granularity = 'tensor', preserve = PRESERVE }: Masks = {}) {
  return { kind: 'sts', momentum, preserve, granularity, ...WARM_UP } as const;
}

/** The spatial ensemble of the mean age of a moving average of a momentum. */
function se(momentum: number) {
  return { kind: 'se', preserve: momentum, ...WARM_UP } as const;
}

/** The arms of a study at a momentum: each teacher, its controls, and what all are to be read against. */
export function teachersAt(momentum: number) {
  return {
    none: { title: 'none: the student teaches itself', role: 'reference', patch: { spec: NONE } },
    tma: { title: 'TMA', patch: { spec: { teacher: tma(momentum) } } },
    'tma-effective': {
      title: 'TMA at the effective momentum of STS',
      role: 'control',
      patch: { spec: { teacher: tma(effectiveMomentum(momentum, PRESERVE)) } },
    },
    sts: { title: 'STS', patch: { spec: { teacher: sts(momentum) } } },
    'sts-network': {
      title: 'STS, one draw for all tensors',
      role: 'control',
      patch: { spec: { teacher: sts(momentum, { granularity: 'network' }) } },
    },
    se: { title: 'SE at p = m', patch: { spec: { teacher: se(momentum) } } },
    fixmatch: {
      title: 'original FixMatch: the student labels',
      role: 'reference',
      patch: { spec: { teacher: tma(momentum), pseudoLabels: { from: 'student' } } },
    },
    supervised: {
      title: 'supervised on the same labels',
      role: 'reference',
      patch: { spec: { ...NONE, pseudoLabels: { from: 'none' } } },
    },
  } as const;
}

/** The same teachers at another tier's momentum: what it changes of its arms. */
export function teachersOfTier(momentum: number) {
  return Object.fromEntries(Object.entries(teachersAt(momentum)).map(([arm, { patch }]) => [arm, patch]));
}

/** STS at a momentum of its own, which pilots chose among as many as a moving average had. */
export function ownOf(momentum: number) {
  return {
    'sts-own': {
      title: 'STS at a momentum of its own',
      role: 'control',
      patch: { spec: { teacher: sts(momentum) } },
    },
  } as const;
}

export const DESCRIPTION =
  'A pseudo-labelling teacher smoothed over time (tma), over space (se) and over both (sts). `tma` shares the momentum of `sts`, ' +
  '`tma-effective` its mean age, `sts-network` both and the law of each weight, but no stitches: one draw decides for all tensors.';

export const GATES = {
  'smoothing-matters': {
    kind: 'difference',
    title: 'a smoothed teacher labels better than the student itself',
    compare: { arm: 'tma', over: 'none' },
  },
} as const;

/** How sure a study is to be, and when it stops. */
interface Plan {
  readonly smallestEffect: number;
  /** Within which SE counts as TMA's like. */
  readonly margin: number;
  readonly pairs: number;
  readonly stopping: string;
}

/** What a study decides at tier small, where there was a pilot, of STS at a momentum of its own. */
export function claimOfOwn(plan: Omit<Plan, 'margin'>): NonNullable<StudyOf<FixMatchInput>['claims']> {
  return {
    'sts-own-over-tma': {
      hypothesis: 'STS at the momentum that its pilot chose differs from TMA at the study’s',
      compare: { arm: 'sts-own', over: 'tma' },
      alternative: { kind: 'two-sided' },
      family: 'secondary',
      gates: ['smoothing-matters'],
      tiers: ['small'],
      smallestEffect: plan.smallestEffect,
      pairs: plan.pairs,
      stopping: plan.stopping,
    },
  };
}

/** What a study of these teachers decides: three primary comparisons behind one gate, SE beside TMA, and both references. */
export function claimsOf({ margin, ...plan }: Plan): NonNullable<StudyOf<FixMatchInput>['claims']> {
  const primary = {
    alternative: { kind: 'two-sided' as const },
    family: 'primary' as const,
    gates: ['smoothing-matters'],
    ...plan,
  };
  return {
    'sts-over-tma': {
      ...primary,
      hypothesis: 'STS differs from TMA of the same momentum',
      compare: { arm: 'sts', over: 'tma' },
    },
    'sts-over-tma-effective': {
      ...primary,
      hypothesis: 'STS differs from TMA of the same mean age',
      compare: { arm: 'sts', over: 'tma-effective' },
    },
    'sts-over-network': {
      ...primary,
      hypothesis: 'Stitching matters: STS differs from the same with one draw for all tensors',
      compare: { arm: 'sts', over: 'sts-network' },
    },
    'se-like-tma': {
      ...primary,
      hypothesis: 'SE alone is comparable to TMA of the same mean age',
      compare: { arm: 'se', over: 'tma' },
      alternative: { kind: 'equivalent', margin },
      family: 'secondary',
      about: [{ table: 'ablation-smoothing', cell: 'se' }],
    },
    'sts-over-fixmatch': {
      ...primary,
      hypothesis: 'STS is better than original FixMatch, whose student labels',
      compare: { arm: 'sts', over: 'fixmatch' },
      alternative: { kind: 'greater' },
      family: 'secondary',
      about: [{ table: 'fixmatch', cell: 'sts-gain-cifar10' }],
    },
    // The gate opens where smoothing repairs what a student's own labels do: that says nothing yet of unlabelled images.
    'tma-over-supervised': {
      ...primary,
      hypothesis: 'Unlabelled images help: TMA is better than the labels alone',
      compare: { arm: 'tma', over: 'supervised' },
      alternative: { kind: 'greater' },
      family: 'secondary',
      gates: [],
    },
  };
}
