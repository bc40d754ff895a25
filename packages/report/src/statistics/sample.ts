/** Values over the seeds, in the order of the seeds, and what they come to. */
export interface Sample {
  readonly values: readonly number[];
  /** The seed of each value. */
  readonly seeds: readonly number[];
  readonly mean: number | null;
  readonly standardDeviation: number | null;
}

export interface SeedValue {
  readonly seed: number;
  readonly value: number;
}

export function sampleOf(all: readonly SeedValue[]): Sample {
  const values = all.map(({ value }) => value);
  const seeds = all.map(({ seed }) => seed);
  return { values, seeds, mean: mean(values), standardDeviation: standardDeviation(values) };
}

/** How far one sample lies above another, seed by seed: over the seeds that both have, in the order of the first. */
export function differences(sample: Sample, below: Sample): Sample {
  return sampleOf(
    sample.seeds.flatMap((seed, i) => {
      const [value, other] = [sample.values[i], below.values[below.seeds.indexOf(seed)]];
      return value === undefined || other === undefined ? [] : [{ seed, value: value - other }];
    }),
  );
}

/** Arithmetic mean; null of nothing. */
export function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Sample standard deviation (n − 1 below the line); null for fewer than two values, which have none. */
export function standardDeviation(values: readonly number[]): number | null {
  const centre = mean(values);
  if (centre === null || values.length < 2) return null;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1));
}
