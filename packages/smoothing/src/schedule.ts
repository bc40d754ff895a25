/** A number that changes over a run: its value before update `step`, counted from 0, of `steps`. float64, on the host. */
export type Schedule = (step: number, steps: number) => number;

/** The forms that a momentum or a preserve probability may take over a run. */
export type ScheduleSpec =
  | { readonly kind: 'constant'; readonly value: number }
  /** From `value` to 1 by half a cosine: 1 − (1 − value)(cos(πk/K) + 1)/2 (BYOL; methods.md 1.3). */
  | { readonly kind: 'cosine'; readonly value: number }
  /** min(1 − 1/(k + 1), value): 0 at the first update, so that the initial weights are forgotten (Mean Teacher). */
  | { readonly kind: 'warm-up'; readonly value: number };

/** @throws Error unless `value` is in [0, 1]. */
export function checkShare(what: string, value: number): void {
  if (!(value >= 0 && value <= 1)) throw new Error(`${what} must be in [0, 1], got ${value}. Did you pass a percentage?`);
}

/**
 * The schedule of a spec.
 *
 * @param what `momentum` or `preserve probability`, for messages.
 * @throws Error when the value is outside [0, 1].
 */
export function schedule(spec: ScheduleSpec, what: string): Schedule {
  checkShare(what, spec.value);
  const { value } = spec;
  switch (spec.kind) {
    case 'constant':
      return () => value;
    case 'cosine':
      return (step, steps) => 1 - ((1 - value) * (Math.cos((Math.PI * step) / steps) + 1)) / 2;
    case 'warm-up':
      return (step) => Math.min(1 - 1 / (step + 1), value);
  }
}
