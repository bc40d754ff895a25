import type { FixMatchInput } from '@spatial-ensemble/fixmatch';
import type { StudyOf } from '@spatial-ensemble/study';
import { ON_CLOTHES } from './fixmatch-small.ts';

// What the study of FixMatch's robustness and its pilot have in common, and what the study asks.

/** That of fixmatch-small with fewer unlabelled images a step, so that an adversary and attacks fit into minutes. */
export const ON_CLOTHES_IN_MINUTES = {
  ...ON_CLOTHES,
  spec: { ...ON_CLOTHES.spec, batch: { labelled: 16, unlabelledRatio: 4 } },
} as const;

/**
 * One step from a random start, by a quarter more than epsilon (Wong et al. 2020, arXiv 2001.03994, algorithm 3 and
 * section 4.1): a step of training costs less than twice as much as without.
 */
export const ADVERSARIAL = {
  norm: 'linf',
  epsilon: 8 / 255,
  stepSize: 10 / 255,
  steps: 1,
} as const satisfies FixMatchInput['adversarial'];

/** Attacks at a size for one core: of 1,000 images an accuracy of 50 % has a standard error of 1.6 points. */
export const ATTACKS = {
  images: 1000,
  norm: 'linf',
  units: '0..255',
  pgd: { steps: 10 },
  apgd: { steps: 20 },
  square: { queries: 100 },
} as const;

/** Of these images fewer, at three of five severities. */
export const CORRUPTIONS = { images: 300, style: 'cifar', severities: [1, 3, 5] } as const;

/** The arms whose teacher is another network than the student. */
export const TEACHERS = ['tma', 'tma-effective', 'se', 'sts'] as const;

type Study = StudyOf<FixMatchInput>;

/** The worst of all attacks, and the mean over corruptions and severities. */
const [ROBUST, CORRUPTED] = ['robust-accuracy', 'robust-top1-corrupted'];

/** Without these no attack says anything: more than guessing among ten classes is left, and no gradient is masked. */
export function gatesOf(): NonNullable<Study['gates']> {
  const arms = ['none', ...TEACHERS];
  const of = (whose: 'teacher' | 'student') => ({
    [`robust-${whose}`]: {
      kind: 'above' as const,
      title: `after all attacks a ${whose} is right more often than guessing is`,
      arms,
      metric: ROBUST,
      whose,
      than: 10,
    },
    [`unmasked-${whose}`]: {
      kind: 'at-most' as const,
      title: `no ${whose} shows signs of masked gradients`,
      arms,
      metric: 'robust-masking',
      whose,
      most: 0,
      // Three of the five signs are told by tests at 1 %.
      except: 0.05,
    },
  });
  return { ...of('teacher'), ...of('student') };
}

/** What the study decides of each kind of strong views: teacher against student of the same runs, and STS against TMA. */
export function claimsOf(plan: { readonly pairs: number; readonly stopping: string }): NonNullable<Study['claims']> {
  const gates = Object.keys(gatesOf());
  const ofTeacher = (arm: string, title: string) => {
    const compare = { arm, over: arm, whose: 'teacher', overWhose: 'student' } as const;
    return {
      [`${arm}-teacher-robust`]: {
        ...plan,
        hypothesis: `The teacher of ${title} is more robust to attacks than its student`,
        compare: { ...compare, metric: ROBUST },
        alternative: { kind: 'greater' as const },
        smallestEffect: 1,
        family: 'primary' as const,
        gates,
      },
      [`${arm}-teacher-corrupted`]: {
        ...plan,
        hypothesis: `The teacher of ${title} is more often right under corruptions than its student`,
        compare: { ...compare, metric: CORRUPTED },
        alternative: { kind: 'greater' as const },
        smallestEffect: 1,
        family: 'secondary' as const,
        gates: [],
      },
    };
  };
  const ofArms = (arm: string, over: string, title: string) => ({
    [`${arm}-over-${over}-robust`]: {
      ...plan,
      hypothesis: `${title} in robustness to attacks`,
      compare: { arm, over, metric: ROBUST },
      alternative: { kind: 'two-sided' as const },
      smallestEffect: 1,
      family: 'primary' as const,
      gates,
    },
    [`${arm}-over-${over}-corrupted`]: {
      ...plan,
      hypothesis: `${title} in accuracy under corruptions`,
      compare: { arm, over, metric: CORRUPTED },
      alternative: { kind: 'two-sided' as const },
      smallestEffect: 1,
      family: 'secondary' as const,
      gates: [],
    },
  });
  return {
    ...ofTeacher('tma', 'TMA'),
    ...ofTeacher('se', 'SE'),
    ...ofTeacher('sts', 'STS'),
    ...ofArms('sts', 'tma-effective', 'The teachers of STS and of TMA of the same mean age differ'),
    ...ofArms('tma', 'none', 'The teacher of TMA and a student that teaches itself differ'),
  };
}
