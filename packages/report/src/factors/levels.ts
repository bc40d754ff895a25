import type { Factor, Headline } from '@spatial-ensemble/record';

import { titleOf } from '../claims/comparison-text.ts';
import { atSeeds, decisive } from '../claims/pairs.ts';
import { behindSeeds, headlineSample, type Row } from '../rows.ts';
import type { PlacedResult } from '../states.ts';
import {
  type BlockedModel,
  blockedModel,
  type Estimate,
  type FTest,
  levelDifference,
  levelsAlike,
} from '../statistics/blocked-model.ts';
import { type Interval, tInterval } from '../statistics/paired-t.ts';
import { differences, type Sample, sampleOf } from '../statistics/sample.ts';

/** A level of a series, over the seeds that all arms of the factor have. */
export interface Level {
  readonly arm: string;
  readonly title: string;
  /** As it is declared. */
  readonly level: number | string;
  readonly sample: Sample;
  /** The runs behind it. */
  readonly on: readonly PlacedResult[];
  /** Over the first level of its series, seed by seed. */
  readonly differences: Sample;
  /** At 95 %, by these pairs alone; null of the first level, and for one pair. */
  readonly interval: Interval | null;
  /** The same difference by the model of the whole factor; null of the first level, and without a model. */
  readonly estimate: Estimate | null;
}

/** A series with the test of its levels. */
export interface LevelSeries {
  readonly title: string;
  readonly levels: readonly Level[];
  /** Whether all its levels are alike; null without a model. */
  readonly test: FTest | null;
}

/** What a factor's arms have in a section. */
export interface Levels {
  /** Those that all arms have: whoever lacks one takes it from all, so that all means are over the same seeds. */
  readonly seeds: readonly number[];
  readonly series: readonly LevelSeries[];
}

/** The levels of a factor, and one linear model of all its arms: value ~ seed + arm. */
export function levelsOf(rows: readonly Row[], { series }: Factor, headline: Headline): Levels {
  const arms = [...new Set(series.flatMap(({ levels }) => levels.map(({ arm }) => arm)))];
  const found = arms.map((arm) => {
    const row = rows.find(({ name }) => name === arm);
    const counted = row === undefined ? undefined : decisive(row);
    return { arm, counted, all: counted === undefined ? sampleOf([]) : headlineSample(counted, headline, headline.whose) }; // prettier-ignore
  });
  const seeds = (found[0]?.all.seeds ?? []).filter((seed) => found.every(({ all }) => all.seeds.includes(seed)));
  const samples = new Map(found.map(({ arm, all }) => [arm, atSeeds(all, seeds)]));
  const runs = new Map(found.map(({ arm, counted }) => [arm, counted === undefined ? [] : behindSeeds(counted, seeds)])); // prettier-ignore
  const sample = (arm: string): Sample => samples.get(arm) ?? sampleOf([]);
  const model = blockedModel(
    arms.flatMap((arm) => sample(arm).values.map((value, i) => ({ block: seeds[i]!, level: arm, value }))),
  );
  return {
    seeds,
    series: series.map(({ title, levels }) => {
      const [first] = levels;
      return {
        title,
        levels: levels.map(({ arm, level }) => ({
          arm,
          title: titleOf(rows, arm),
          level,
          sample: sample(arm),
          on: runs.get(arm) ?? [],
          ...overFirst(sample(arm), sample(first!.arm), model, arm, first!.arm),
        })),
        test: model && levelsAlike(model, levels.map(({ arm }) => arm)), // prettier-ignore
      };
    }),
  };
}

function overFirst(sample: Sample, below: Sample, model: BlockedModel | null, arm: string, first: string) {
  const over = differences(sample, below);
  if (arm === first) return { differences: over, interval: null, estimate: null };
  return { differences: over, interval: tInterval(over.values), estimate: model && levelDifference(model, arm, first) };
}
