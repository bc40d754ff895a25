import type { StudyOf } from '@spatial-ensemble/study';

// What studies of robustness ask, whatever the method.

type Study = StudyOf<unknown>;
type Claims = NonNullable<Study['claims']>;

/** The worst of all attacks, and the mean over corruptions and severities. */
const [ROBUST, CORRUPTED] = ['robust-accuracy', 'robust-top1-corrupted'];

/** Without these no attack says anything: more than guessing among ten classes is left, and no gradient is masked. */
export function gatesOf(arms: string[]): NonNullable<Study['gates']> {
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
      title: `at most one ${whose} in twenty shows signs of masked gradients`,
      arms,
      metric: 'robust-masking',
      whose,
      most: 0,
      // Four of the five signs are told by tests at 1 %, one of them at several epsilons.
      except: 0.05,
    },
  });
  return { ...of('teacher'), ...of('student') };
}

/**
 * What a study decides of each kind of views: teacher against student of the same runs, STS against TMA of the same mean
 * age, and TMA against none.
 *
 * @param teachers titles of the arms whose teacher is held against its student
 * @param pairs seeds
 * @param said.tiers at which they are asked; absent: at every tier that is not a smoke test
 * @param said.extendedTo the pairs at a tier once the spread of the first was looked at, of all but TMA against none, which
 *   no ten more would decide where the first do not
 */
export function claimsOf(
  teachers: { readonly [arm: string]: string },
  pairs: number,
  { tiers, extendedTo }: Pick<Claims[string], 'tiers' | 'extendedTo'> = {},
): Claims {
  const gates = Object.keys(gatesOf([]));
  const planned = {
    pairs,
    ...(tiers !== undefined && { tiers }),
    stopping: `after ${pairs} seeds; then the standard deviation of the pairs is looked at without their signs, and more seeds are declared where ${pairs} would not find the smallest effect`,
  };
  const extended = { ...planned, ...(extendedTo !== undefined && { extendedTo }) };
  const ofTeacher = (arm: string, title: string) => {
    const compare = { arm, over: arm, whose: 'teacher', overWhose: 'student' } as const;
    return {
      [`${arm}-teacher-robust`]: {
        ...extended,
        hypothesis: `The teacher of ${title} is more robust to attacks than its student`,
        compare: { ...compare, metric: ROBUST },
        alternative: { kind: 'greater' as const },
        smallestEffect: 1,
        family: 'primary' as const,
        gates,
      },
      [`${arm}-teacher-corrupted`]: {
        ...extended,
        hypothesis: `The teacher of ${title} is more often right under corruptions than its student`,
        compare: { ...compare, metric: CORRUPTED },
        alternative: { kind: 'greater' as const },
        smallestEffect: 1,
        family: 'secondary' as const,
        gates: [],
      },
    };
  };
  const ofArms = (arm: string, over: string, title: string, plan = extended) => ({
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
    ...Object.assign({}, ...Object.entries(teachers).map(([arm, title]) => ofTeacher(arm, title))),
    ...ofArms('sts', 'tma-effective', 'The teachers of STS and of TMA of the same mean age differ'),
    ...ofArms('tma', 'none', 'The teacher of TMA and a student that teaches itself differ', planned),
  };
}
