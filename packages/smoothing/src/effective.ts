import { checkShare } from './share.ts';

/**
 * The momentum of the moving average that an update equals in expectation: 1 − (1 − p)(1 − m). `m` and `p`
 * are the values at the step, after schedule and warm-up; `tma` has p = 0, `se` has m = 0.
 *
 * @throws Error unless both are in [0, 1].
 */
export function effectiveMomentum(momentum: number, preserve: number): number {
  checkShare('momentum', momentum);
  checkShare('preserve probability', preserve);
  return 1 - (1 - preserve) * (1 - momentum);
}

/** Momentum m and preserve probability p of an update. */
export interface Shares {
  readonly momentum: number;
  readonly preserve: number;
}

/**
 * m and p of update `step` after a warm-up of what they come to together. The effective momentum is then
 * w = min(1 − 1/(k + 1), 1 − (1 − p)(1 − m)), whatever its parts: the first teacher is the first student, and a moving
 * average, a spatial ensemble and both together that have the same effective momentum share it from the first update on.
 * Mean Teacher warms m alone in the same way; under a mask that is a slower teacher than the control's.
 *
 * Of w, p takes what it can, min(p, w), and m the rest, 1 − (1 − w)/(1 − p). So the masks go by their own p from update
 * 1/(1 − p) − 1 on (the second at p = 0.5), and what is warmed up after it is the moving average, as without masks.
 *
 * @param shares the values that the schedules have at the update, in [0, 1]
 * @param step counted from 0
 */
export function warmedShares({ momentum, preserve }: Shares, step: number): Shares {
  const effective = effectiveMomentum(momentum, preserve);
  const warm = 1 - 1 / (step + 1);
  if (warm >= effective) return { momentum, preserve };
  const kept = Math.min(preserve, warm);
  return { momentum: 1 - (1 - warm) / (1 - kept), preserve: kept };
}

/**
 * The mean age of a teacher's weights, in steps, after one more update: the part that stays ages by one, the part that
 * comes in has age 0. At a constant effective momentum it tends to m/(1 − m), from 0 for a teacher that was just copied.
 */
export function agedBy(age: number, effective: number): number {
  return effective * (age + 1);
}
