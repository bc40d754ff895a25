import type { LoopProgress } from '@spatial-ensemble/training';

/** The time left, by the wall time of the steps since the first that was shown: measuring and saving are part of it. */
export function timeLeft(now: () => number): (progress: LoopProgress) => string {
  let first: { readonly step: number; readonly at: number } | undefined;
  return ({ step, steps }) => {
    first ??= { step, at: now() };
    const done = step - first.step;
    return done < 3 || step === steps ? '' : `${duration(((now() - first.at) / done) * (steps - step))} left`;
  };
}

/** `0:07`, `12:30`, `26:05:00`. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  const two = (part: number): string => String(part % 60).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes}:${two(seconds)}` : `${Math.floor(minutes / 60)}:${two(minutes)}:${two(seconds)}`;
}
