import { mean, standardDeviation } from './sample.ts';

/** Cohen's d of the pairs, d_z: the mean of the differences in units of their own standard deviation; null without a spread. */
export function pairedEffect(differences: readonly number[]): number | null {
  const [centre, sd] = [mean(differences), standardDeviation(differences)];
  return centre === null || sd === null || sd === 0 ? null : centre / sd;
}
