/** How often a run writes, in steps; none of it changes what is learnt. */
export interface Cadence {
  /** From one line of metrics to the next. */
  readonly metrics: number;
  /** From one point of every series to the next: whole lines of metrics, so that none is lost; the last step is a point too. */
  readonly points: number;
  readonly checkpoint: number;
  /** Whether the test set is evaluated after so many updates, if it is to be evaluated `points` times. */
  isTestPoint(done: number, points: number): boolean;
}

/** A long run saves at least so often. When it saves changes nothing that it computes. */
export const CHECKPOINT_EVERY_MS = 5 * 60_000;

/**
 * FixMatch saves 1,024 checkpoints a run, and reports the median over the last 20
 * (google-research/fixmatch@d4985a15 libml/train.py, README.md).
 */
const TEST_POINTS = 1024;

/**
 * About 200 lines of metrics, 40 points of each series and 10 checkpoints a run. Points of evaluation on the test set
 * lie a 1,024th of the run apart, at least one step, and end with the last step.
 */
export function cadenceOf(steps: number): Cadence {
  const every = (times: number): number => Math.max(1, Math.round(steps / times));
  const metrics = every(200);
  const apart = every(TEST_POINTS);
  return {
    metrics,
    points: metrics * Math.max(1, Math.round(steps / 40 / metrics)),
    checkpoint: every(10),
    isTestPoint: (done, points) => (steps - done) % apart === 0 && (steps - done) / apart < points,
  };
}
