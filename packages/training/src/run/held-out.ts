import type { Score } from '@spatial-ensemble/record';
import type { LookedAt } from '../measurement.ts';

/** What is looked at on training images that are held out: a series, and how it is counted. */
interface HeldOut {
  readonly series: LookedAt;
  readonly score: Score;
}

/** Top-1 of both networks, where the method predicts. */
export const HELD_OUT: readonly HeldOut[] = (['student', 'teacher'] as const).map((whose) => {
  const called = { name: 'heldOutAccuracy', title: 'held-out accuracy', whose };
  const meaning = 'on training images that are not learnt from';
  return {
    series: { ...called, meaning, unit: '%', summed: 'last' },
    score: { ...called, of: whose, top: 1 },
  };
});
