import { z } from 'zod';

import { hash, type Json } from './canonical-json.ts';
import { name } from './fields.ts';
import { suggestion } from './suggest.ts';

/** Arms that differ in one setting alone, in the order of its levels. The others are held against the first. */
export const FactorSeries = z.strictObject({
  /** What is held fixed: `at the same momentum`. */
  title: z.string().min(1),
  /** Numbers, rising, or names in an order of their own; no arm and no level twice. */
  levels: z.array(z.strictObject({ arm: name, level: z.union([z.number(), z.string().min(1)]) })).min(2),
});
export type FactorSeries = z.infer<typeof FactorSeries>;

/**
 * A setting that a study steps through, declared before it is run. One linear model, blocked by seed, is of all arms of
 * all series together; an arm may be a level of several.
 */
export const Factor = z.strictObject({
  /** `preserve probability`. */
  title: z.string().min(1),
  /** Of levels that are numbers; absent: they have none. */
  unit: z.string().min(1).optional(),
  /** Steps through it, each with everything else held fixed in its own way. */
  series: z.array(FactorSeries).min(1),
  /** Seeds that are planned. */
  seeds: z.int().min(2),
  /** When no more seeds are added, in words. */
  stopping: z.string().min(1),
});
export type Factor = z.infer<typeof Factor>;

/** What of a study its factors are about. */
interface Factored {
  readonly arms: Readonly<Record<string, unknown>>;
  readonly headline: Readonly<Record<string, Json>>;
  readonly factors?: Readonly<Record<string, Factor>> | undefined;
}

/** Where something is wrong, and what. */
type Problem = [path: PropertyKey[], message: string];

/** What is wrong with the factors of a study: arms that it does not have, what comes twice, levels in no order. */
export function factorProblems(study: Factored): Problem[] {
  const arms = Object.keys(study.arms);
  return Object.entries(study.factors ?? {}).flatMap(([factorName, { series }]) =>
    series.flatMap(({ title, levels }, i): Problem[] => {
      const path = ['factors', factorName, 'series', i];
      return [
        ...(series.slice(0, i).some((one) => one.title === title)
          ? [[[...path, 'title'], `'${title}' is what another series is called already`] as Problem]
          : []),
        ...levels.flatMap((level, place) =>
          levelProblems(level, levels.slice(0, place), arms).map(([field, message]): Problem => [
            [...path, 'levels', place, field],
            message,
          ]),
        ),
      ];
    }),
  );
}

type Level = FactorSeries['levels'][number];

/** What is wrong with a level that stands after others. */
function levelProblems(
  { arm, level }: Level,
  before: readonly Level[],
  arms: readonly string[],
): [field: string, message: string][] {
  const last = before.at(-1)?.level;
  const problems: [wrong: boolean, field: string, message: () => string][] = [
    [!arms.includes(arm), 'arm', () => `no arm is called '${arm}'.${suggestion(arm, arms)}`],
    [before.some((one) => one.arm === arm), 'arm', () => `the arm '${arm}' is a level of this series already`],
    [before.some((one) => one.level === level), 'level', () => `the level ${level} stands here already`],
    [
      last !== undefined && typeof last !== typeof level,
      'level',
      () =>
        `is ${JSON.stringify(level)} after ${JSON.stringify(last)}: all levels of a series are numbers, or all are names`,
    ],
    [
      typeof last === 'number' && typeof level === 'number' && last > level,
      'level',
      () => `is ${level} after ${last}: levels that are numbers rise`,
    ],
  ];
  return problems.flatMap(([wrong, field, message]) => (wrong ? [[field, message()] as [string, string]] : []));
}

/** The hash of all that a factor says: its own words and levels, and what the headline is. */
export function factorHash({ factors, headline }: Factored, factorName: string): string {
  const factor = factors?.[factorName];
  if (factor === undefined) throw new Error(`no factor is called '${factorName}'`);
  return hash({ factor, headline });
}
