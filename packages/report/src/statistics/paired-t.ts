import { studentBelow, studentQuantile } from './distributions.ts';
import { mean, standardDeviation } from './sample.ts';

/** From one number to another, both included, in the unit of the values. */
export type Interval = readonly [low: number, high: number];

/** Student's t-test of the mean of paired differences. */
export interface TTest {
  readonly t: number;
  /** n − 1. */
  readonly df: number;
  /** P-value, in [0, 1], against a mean that is no greater. */
  readonly greater: number;
  /** P-value, in [0, 1], against a mean that is no less. */
  readonly less: number;
  readonly twoSided: number;
}

/**
 * Whether differences lie above or below a number, by Student's t over the pairs. Differences that are all the same
 * have no spread: their t is infinite, or 0 where they are that number.
 *
 * @param against what the mean is held against, in the unit of the differences
 * @returns null for fewer than two differences
 */
export function tTest(differences: readonly number[], against = 0): TTest | null {
  const [centre, sd] = [mean(differences), standardDeviation(differences)];
  if (centre === null || sd === null) return null;
  const above = centre - against;
  const t = above === 0 ? 0 : above / (sd / Math.sqrt(differences.length));
  const df = differences.length - 1;
  const [greater, less] = [studentBelow(df, -t), studentBelow(df, t)];
  return { t, df, greater, less, twoSided: Math.min(1, 2 * Math.min(greater, less)) };
}

/**
 * The interval of the mean of paired differences by Student's t.
 *
 * @param level in (0, 1)
 * @returns null for fewer than two differences
 */
export function tInterval(differences: readonly number[], level = 0.95): Interval | null {
  const [centre, half] = [mean(differences), halfWidth(differences, level)];
  return centre === null || half === null ? null : [centre - half, centre + half];
}

/** Half of what `tInterval` is wide; null for fewer than two values. */
export function halfWidth(values: readonly number[], level = 0.95): number | null {
  const sd = standardDeviation(values);
  return sd === null ? null : halfWidthOf(sd, values.length, level);
}

/** The same of values of which the sample standard deviation alone is known. @param n at least 2 */
export function halfWidthOf(standardDeviation: number, n: number, level = 0.95): number {
  return (studentQuantile(n - 1, (1 + level) / 2) * standardDeviation) / Math.sqrt(n);
}
