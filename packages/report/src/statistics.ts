/** Values over the seeds, in the order of the seeds, and what they come to. */
export interface Sample {
  readonly values: readonly number[];
  readonly mean: number | null;
  readonly standardDeviation: number | null;
}

export function sampleOf(values: readonly number[]): Sample {
  return { values, mean: mean(values), standardDeviation: standardDeviation(values) };
}

/** Arithmetic mean; null of nothing. */
export function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Sample standard deviation (n − 1 below the line); null for fewer than two values, which have none. */
function standardDeviation(values: readonly number[]): number | null {
  const centre = mean(values);
  if (centre === null || values.length < 2) return null;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1));
}
