import { z } from 'zod';

import { hash } from './canonical-json.ts';
import { claimHash } from './claim.ts';
import { factorHash } from './factor.ts';
import { failureHash } from './failure-rate.ts';
import { json, name, seed, sha256, tier } from './fields.ts';
import { sealed } from './sealed.ts';
import { Study } from './study.ts';

/** Which run of a study it is: what its tables and messages call it. */
const labels = {
  variant: name.optional(),
  tier,
  arm: name,
  /** Arms of one seed are held against each other. */
  seed,
  /** Which of the study's evaluations it is; it starts from the run of the same arm and seed. */
  evaluation: name.optional(),
};

/** A setting in which a run is not what a published number was made with. */
export const Departure = z.strictObject({
  /** One of the study's `recipes`. */
  recipe: name,
  /** `batch.labelled`, `data.heldOut`. */
  path: z.string().min(1),
  /** Its value there, and in the run; absent: the setting does not exist there. */
  published: json.optional(),
  here: json.optional(),
});
export type Departure = z.infer<typeof Departure>;

/** One run that a study asks for. */
export const PlannedRun = z.strictObject({
  ...labels,
  /** `declarationHash` of the resolved run. */
  declaration: sha256,
  steps: z.int().nonnegative(),
  /** What `--set` changed, where this is not the run that the study declares. */
  overrides: z.array(z.string().min(1)).min(1).optional(),
  /** Steps of the run that the study declares in its place. */
  declaredSteps: z.int().nonnegative().optional(),
  /** From what the published cells of its arm are of. Absent: there is none, or no such cell. */
  departures: z.array(Departure).min(1).optional(),
  /**
   * The runs that were asked for in its place, the last one last, each under the declaration of its time: how a result
   * is still found, and called stale, when the declaration has changed.
   */
  identities: z.array(sha256),
});
export type PlannedRun = z.infer<typeof PlannedRun>;

/** What was run in a place that the study, as it is asked for now, does not plan: another tier, a seed, `--set`. */
export const FormerRun = z.strictObject({
  ...labels,
  overrides: z.array(z.string().min(1)).min(1).optional(),
  identities: z.array(sha256).min(1),
});
export type FormerRun = z.infer<typeof FormerRun>;

/** One run of a grid: of the arm and seed that it names, with these values of the grid's keys. */
export const SweptRun = PlannedRun.extend({ values: z.array(json).min(1) });
export type SweptRun = z.infer<typeof SweptRun>;

/** A grid that `--set key=a,b` asked for. Nothing that a study decides rests on it: it belongs to no arm of a table. */
export const Sweep = z
  .strictObject({
    tier,
    variant: name.optional(),
    /** What is swept: `teacher.momentum.value`. */
    keys: z.array(z.string().min(1)).min(1),
    /** What else `--set` gave all of its runs. */
    fixed: z.array(z.string().min(1)).min(1).optional(),
    /** As declared those are, without `overrides`, whose values come to what the study declares. */
    runs: z.array(SweptRun).min(1),
  })
  .check(({ value: { keys, runs }, issues }) => {
    runs.forEach((run, i) => {
      if (run.values.length !== keys.length)
        issues.push({
          code: 'custom',
          input: run,
          path: ['runs', i, 'values'],
          message: `must be ${keys.length}, one for each of ${keys.join(', ')}`,
        });
    });
  });
export type Sweep = z.infer<typeof Sweep>;

/** The labels of a planned run. */
export type Labels = Pick<PlannedRun, keyof typeof labels>;

/** When something was declared as it is, told by the results that there were. */
const Since = z.strictObject({
  /** Of what was declared. */
  hash: sha256,
  /** The runs of the study that had a result when it was first declared so; empty: it was declared before all of them. */
  after: z.array(sha256),
});

type Since = z.infer<typeof Since>;

/** When a study was declared as it is, and when each of its claims, factors and failure rates was: it may change in something else. */
export const Declared = Since.extend({
  /** By the claim's name, its hash being `claimHash`. Absent where nothing is claimed. */
  claims: z.record(name, Since).optional(),
  /** By the factor's name, its hash being `factorHash`. Absent where there is none. */
  factors: z.record(name, Since).optional(),
  /** By the failure rate's name, its hash being `failureHash`. Absent where there is none. */
  failures: z.record(name, Since).optional(),
});
export type Declared = z.infer<typeof Declared>;

/**
 * A study with its runs resolved: `study.json` in its folder. A report needs nothing else to tell what is not run,
 * partial, stale or of another tier, and so never loads a method.
 */
export const Plan = z
  .strictObject({
    format: z.literal('spatial-ensemble/plan-3'),
    study: Study,
    declared: Declared,
    method: z.strictObject({ name, version: z.int().positive() }),
    /** The methods of the study's evaluations. */
    evaluations: z.record(name, z.strictObject({ name, version: z.int().positive() })).optional(),
    runs: z.array(PlannedRun),
    /** Absent where nothing was swept. */
    sweeps: z.array(Sweep).min(1).optional(),
    /** Absent where nothing else was run. */
    former: z.array(FormerRun).min(1).optional(),
  })
  .check(({ value, issues }) => {
    const { study, declared } = value;
    const refuse = (path: string[], message: string): void => {
      issues.push({ code: 'custom', input: value, path: ['declared', ...path], message });
    };
    if (declared.hash !== hash(study)) refuse(['hash'], 'is not the hash of the study beside it; was the file edited?');
    for (const { field, one, names, hashOf } of partsOf(study)) {
      for (const part of names)
        if (declared[field]?.[part]?.hash !== hashOf(part))
          refuse([field, part], `is not the hash of the ${one} beside it; was the file edited?`);
      for (const part of Object.keys(declared[field] ?? {}).filter((known) => !names.includes(known)))
        refuse([field, part], `is a ${one} that the study does not make`);
    }
  });
export type Plan = z.infer<typeof Plan>;

/** What of a study is declared by itself: `declared` knows of each since when. */
function partsOf(study: Study) {
  return [
    { field: 'claims', one: 'claim', names: Object.keys(study.claims ?? {}), hashOf: (part: string) => claimHash(study, part) }, // prettier-ignore
    { field: 'factors', one: 'factor', names: Object.keys(study.factors ?? {}), hashOf: (part: string) => factorHash(study, part) }, // prettier-ignore
    { field: 'failures', one: 'failure rate', names: Object.keys(study.failures ?? {}), hashOf: (part: string) => failureHash(study, part) }, // prettier-ignore
  ] as const;
}

/**
 * When a study, its claims, factors and failure rates were declared as they are.
 *
 * @param before what was known of it
 * @param after the identities of its runs that have a result now
 */
export function declaredAs(study: Study, before: Declared | undefined, after: readonly string[]): Declared {
  const since = (now: string, known: Since | undefined): Since =>
    known?.hash === now ? { hash: now, after: known.after } : { hash: now, after: [...after] };
  const parts = partsOf(study).flatMap(({ field, names, hashOf }) => {
    const all = names.map((part) => [part, since(hashOf(part), before?.[field]?.[part])] as const);
    return all.length === 0 ? [] : [[field, Object.fromEntries(all)] as const];
  });
  return { ...since(hash(study), before), ...Object.fromEntries(parts) };
}

/**
 * The same of a study that has results in two folders, told by what is known in each: after the results of either, but
 * for what was written down before as it is now.
 *
 * @param written what stood in the first folder; undefined: nothing
 */
export function declaredInBoth(
  written: Declared | undefined,
  [first, second]: readonly [Declared, Declared],
): Declared {
  const both = (known: Since | undefined, one: Since, other: Since | undefined): Since =>
    known?.hash === one.hash
      ? { hash: one.hash, after: known.after }
      : { hash: one.hash, after: [...new Set([...one.after, ...(other?.after ?? [])])].toSorted() };
  const parts = (['claims', 'factors', 'failures'] as const).flatMap((field) => {
    const all = Object.entries(first[field] ?? {}).map(
      ([part, one]) => [part, both(written?.[field]?.[part], one, second[field]?.[part])] as const,
    );
    return all.length === 0 ? [] : [[field, Object.fromEntries(all)] as const];
  });
  return { ...both(written, first, second), ...Object.fromEntries(parts) };
}

/** The text of `study.json`, with its checksum. */
export function planText(plan: Plan): string {
  return `${JSON.stringify(sealed(plan), null, 2)}\n`;
}

/** The runs that a plan asks for, those of its sweeps behind them: of these, the ones that the study does not declare anyway. */
export function askedRuns({ runs, sweeps = [] }: Pick<Plan, 'runs' | 'sweeps'>): PlannedRun[] {
  return [...runs, ...sweeps.flatMap((sweep) => sweep.runs.filter(({ overrides }) => overrides !== undefined))];
}

/** The same place in a study. */
export function labelKey({ variant, tier, arm, seed: number, evaluation }: Labels): string {
  return JSON.stringify([variant, tier, arm, number, evaluation]);
}
