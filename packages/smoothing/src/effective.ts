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

/**
 * The mean age of a teacher's weights, in steps, after one more update: the part that stays ages by one, the part that
 * comes in has age 0. At a constant effective momentum it tends to m/(1 − m), from 0 for a teacher that was just copied.
 */
export function agedBy(age: number, effective: number): number {
  return effective * (age + 1);
}
