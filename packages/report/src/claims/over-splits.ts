import type { Row } from '../rows.ts';
import { mean, type Sample, sampleOf } from '../statistics/sample.ts';

/**
 * A sample with a split as its unit: the mean over the trainings of each, of splits that have all of them. The sample
 * itself where a study does not cross its seeds: each is a split then.
 */
export function overSplits(sample: Sample, crossed: Row['crossed']): Sample {
  if (crossed === undefined) return sample;
  const cells = cellsOf(sample, crossed);
  return sampleOf(cells.map(({ split, values }) => ({ seed: split, value: mean(values)! })));
}

/** The values of each split that has all its trainings, in the order of these. */
export function cellsOf(
  { seeds, values }: Sample,
  crossed: NonNullable<Row['crossed']>,
): { readonly split: number; readonly values: readonly number[] }[] {
  const { splits, trainings } = crossed;
  return splits.flatMap((split, s) => {
    const labels = trainings.map((_, t) => crossed.seeds[s * trainings.length + t]);
    const found = labels.flatMap((label) => values[seeds.indexOf(label ?? -1)] ?? []);
    return found.length === trainings.length ? [{ split, values: found }] : [];
  });
}
