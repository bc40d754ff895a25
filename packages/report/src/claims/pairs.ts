import { comparedNetworks, type Comparison, type Headline } from '@spatial-ensemble/record';

import { behindSeeds, headlineSample, onlyRuns, type Row } from '../rows.ts';
import { cellsOf, overSplits } from './over-splits.ts';
import { entersPairs, isWiringCheck, type PlacedResult } from '../states.ts';
import { differences, type Sample, sampleOf } from '../statistics/sample.ts';

/** One arm minus another, or two networks of one arm, over the seeds that both have, and what each has at these seeds; of crossed seeds, over splits. */
export interface Paired {
  readonly differences: Sample;
  readonly above: Sample;
  readonly below: Sample;
  /** The runs of both at these seeds. */
  readonly on: readonly PlacedResult[];
  /** Of crossed seeds, the differences of each split, a training each. */
  readonly cells?: readonly (readonly number[])[];
}

/** A row of the runs that a claim may rest on: complete as they are declared, and entering pairs. */
export function decisive(row: Row): Row {
  const counts = (one: PlacedResult): boolean =>
    row.basis === 'complete' && one.planned.overrides === undefined && !isWiringCheck(one) && entersPairs(one);
  return onlyRuns(row, counts);
}

/** What a comparison comes to in a section, over the seeds that both arms have. */
export function pairedOf(rows: readonly Row[], { arm, over, metric, ...of }: Comparison, headline: Headline): Paired {
  const networks = comparedNetworks(of, headline.whose);
  const both = [arm, over].map((name) => {
    const row = rows.find((one) => one.name === name);
    return row === undefined ? undefined : decisive(row);
  });
  const [above, below] = both.map((row, i) =>
    row === undefined ? sampleOf([]) : headlineSample(row, headline, networks[i]!, metric),
  ) as [Sample, Sample];
  const found = differences(above, below);
  const rowsOnce = arm === over ? both.slice(0, 1) : both;
  const on = rowsOnce.flatMap((row) => (row === undefined ? [] : behindSeeds(row, found.seeds)));
  const crossed = rows[0]?.crossed;
  return {
    differences: overSplits(found, crossed),
    above: overSplits(atSeeds(above, found.seeds), crossed),
    below: overSplits(atSeeds(below, found.seeds), crossed),
    on,
    ...(crossed && { cells: cellsOf(found, crossed).map(({ values }) => values) }),
  };
}

/** A sample at some of its seeds. */
export function atSeeds({ seeds, values }: Sample, wanted: readonly number[]): Sample {
  return sampleOf(
    wanted.flatMap((seed) => {
      const value = values[seeds.indexOf(seed)];
      return value === undefined ? [] : [{ seed, value }];
    }),
  );
}
