import { MOST_POINTS, type Problem } from '@spatial-ensemble/record';
import type { WhileTraining } from './measurement.ts';

/** A run that is looked at while it trains. */
interface LookedRun {
  /** Its updates. */
  readonly steps: number;
  /** Training images that are held out; undefined: how many is not known yet. */
  readonly heldOut: number | undefined;
  readonly classes: number | undefined;
}

/** Images of each class that are proposed to be held out. */
const PROPOSED = 50;

/** What is wrong with looking at a run while it trains; keys are those of the measurement's spec. */
export function looksFit(
  { every, series }: Pick<WhileTraining, 'every' | 'series'>,
  { steps, heldOut, classes }: LookedRun,
): Problem[] {
  const looks = 1 + Math.ceil(steps / every);
  const says = [
    ...(heldOut === 0 && series.some(({ split }) => split === 'held-out')
      ? [
          `looks at training images that are held out while the run trains, and there are none: --set data.heldOut=${PROPOSED * (classes ?? 10)}, or leave it out`,
        ]
      : []),
    ...(every > steps
      ? [`is ${every}, and the run has ${steps} steps: --set every=${steps} looks at the start and at the end`]
      : []),
    ...(looks > MOST_POINTS
      ? [
          `is ${every}, which are ${looks} looks in ${steps} steps, and a series has ${MOST_POINTS} points at most: --set every=${Math.ceil(steps / (MOST_POINTS - 1))}`,
        ]
      : []),
  ];
  return says.map((one) => ({ key: 'every', says: one }));
}
