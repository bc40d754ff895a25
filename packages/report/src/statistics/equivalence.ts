import { tTest } from './paired-t.ts';

/**
 * Two one-sided tests (Schuirmann, 1987): the p-value against a mean that lies at −margin or below, or at +margin or
 * above. At .05 it is small where the 90 % interval lies within the margin.
 *
 * @param margin above 0, in the unit of the differences
 * @returns null for fewer than two differences
 */
export function equivalenceTest(differences: readonly number[], margin: number): number | null {
  const [low, high] = [tTest(differences, -margin), tTest(differences, margin)];
  return low === null || high === null ? null : Math.max(low.greater, high.less);
}

/**
 * One one-sided test: the p-value against a mean that lies at −margin or below ("not worse").
 *
 * @param margin above 0, in the unit of the differences
 * @returns null for fewer than two differences
 */
export function notWorseTest(differences: readonly number[], margin: number): number | null {
  return tTest(differences, -margin)?.greater ?? null;
}
