import { z } from 'zod';

import { seed, type Seeds } from './fields.ts';
import { suggestion } from './suggest.ts';

const each = z
  .array(seed)
  .min(2)
  .refine((all) => new Set(all).size === all.length, 'names a seed twice');

/**
 * Every split is trained on several times, each time by the same seeds of training, so that the spread of a difference
 * can be told apart: what the split makes of it, and what training does.
 */
export const CrossedSeeds = z.strictObject({
  /** Seeds of `split`. The unit of all statistics is a split: its mean over the trainings. */
  splits: each,
  /** Seeds of `weights` and `training`. */
  trainings: each,
});
export type CrossedSeeds = z.infer<typeof CrossedSeeds>;

/** What of a study says which seeds its runs have. */
interface Seeding {
  readonly seeds: readonly number[];
  readonly fixedSeeds?: { readonly [part in keyof Seeds]?: number | undefined } | undefined;
  readonly crossed?: CrossedSeeds | undefined;
  readonly tiers: Readonly<Record<string, { readonly seeds?: readonly number[] | undefined } | undefined>>;
  readonly factors?: object | undefined;
}

/**
 * The seeds of a run's parts: its own, but for those that the study keeps. Of crossed seeds the study's list names the
 * pairs in order, all trainings of the first split first.
 *
 * @throws Error for a seed that names no pair
 */
export function seedsOfRun({ seeds, fixedSeeds, crossed }: Omit<Seeding, 'tiers' | 'factors'>, given: number): Seeds {
  if (crossed === undefined)
    return { split: given, weights: given, training: given, ...(fixedSeeds as Partial<Seeds>) };
  const { splits, trainings } = crossed;
  const place = seeds.indexOf(given);
  const split = splits[Math.floor(place / trainings.length)];
  const training = trainings[place % trainings.length];
  if (split === undefined || training === undefined)
    throw new Error(
      `the seeds of this study name pairs of a split and a training, and there is no seed ${given}.${suggestion(String(given), seeds.map(String))}`,
    );
  return { split, weights: training, training };
}

/** What is wrong with the crossed seeds of a study. */
export function crossedProblems({ seeds, fixedSeeds, crossed, tiers, factors }: Seeding): [PropertyKey[], string][] {
  if (crossed === undefined) return [];
  const pairs = crossed.splits.length * crossed.trainings.length;
  const unknown = Object.entries(tiers).flatMap(([tier, declared]) =>
    (declared?.seeds ?? []).filter((one) => !seeds.includes(one)).map((one) => [tier, one] as const),
  );
  return [
    ...(seeds.length === pairs
      ? []
      : [
          [
            ['seeds'],
            `are ${seeds.length}, and ${crossed.splits.length} splits by ${crossed.trainings.length} trainings are ${pairs} pairs, each named by one`,
          ] as [PropertyKey[], string],
        ]),
    ...(fixedSeeds === undefined
      ? []
      : [
          [['fixedSeeds'], 'are of no use beside crossed seeds, which give each part its own'] as [
            PropertyKey[],
            string,
          ],
        ]),
    ...(factors === undefined
      ? []
      : [
          [['factors'], 'are blocked by seed, and crossed seeds are not independent blocks'] as [PropertyKey[], string],
        ]),
    ...unknown.map(([tier, one]): [PropertyKey[], string] => [
      ['tiers', tier, 'seeds'],
      `the seed ${one} names no pair of a split and a training`,
    ]),
  ];
}
