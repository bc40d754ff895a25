import { checkShare } from './share.ts';

/** A number that changes over a run: its value at update `step`, counted from 0, of `steps`. float64, on the host. */
export type Schedule = (step: number, steps: number) => number;

/** The forms that a momentum or a preserve probability may take over a run. */
export type ScheduleSpec =
  | { readonly kind: 'constant'; readonly value: number }
  /**
   * From `value` to 1 by half a cosine: 1 − (1 − value)(cos(πk/K) + 1)/2 (BYOL:
   * google-deepmind/deepmind-research@f5de0ede byol/utils/schedules.py).
   */
  | { readonly kind: 'cosine'; readonly value: number }
  /** min(1 − 1/(k + 1), value): 0 at the first update, so that the initial weights are forgotten (Mean Teacher). */
  | { readonly kind: 'warm-up'; readonly value: number }
  /** The lesser of the two: min(1 − 1/(k + 1), cosine). */
  | { readonly kind: 'warm-up-cosine'; readonly value: number };

/**
 * The schedule of a spec. What a step is fed is best computed here, in float64: 1 − momentum of a momentum near 1 loses
 * digits in float32.
 *
 * @param what `momentum` or `preserve probability`, for messages.
 * @returns a function that throws unless 0 ≤ step ≤ steps and both are whole.
 * @throws Error when the value is outside [0, 1], or the kind is unknown.
 */
export function schedule(spec: ScheduleSpec, what: string): Schedule {
  const { kind, value } = spec;
  checkShare(what, value);
  const over = (share: (done: number, step: number) => number): Schedule => {
    return (step, steps) => {
      if (!Number.isInteger(steps))
        throw new Error(`${what} needs the number of updates in all, as a whole number, got ${String(steps)}`);
      if (!Number.isInteger(step) || step < 0 || step > steps) {
        throw new Error(`${what} is asked for at update ${step} of ${steps}; updates count from 0`);
      }
      return share(steps === 0 ? 0 : step / steps, step);
    };
  };
  const cosine = (done: number): number => 1 - ((1 - value) * (Math.cos(Math.PI * done) + 1)) / 2;
  const warmUp = (step: number): number => 1 - 1 / (step + 1);
  switch (kind) {
    case 'constant':
      return over(() => value);
    case 'cosine':
      return over(cosine);
    case 'warm-up':
      return over((_, step) => Math.min(warmUp(step), value));
    case 'warm-up-cosine':
      return over((done, step) => Math.min(warmUp(step), cosine(done)));
    default:
      throw new Error(`${what} is constant, cosine, warm-up or warm-up-cosine, got ${String(kind)}`);
  }
}
