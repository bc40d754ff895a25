import { z } from 'zod';

import { name, seed, sha256, tier } from './fields.ts';
import { Study } from './study.ts';

/** One run that a study asks for. */
export const PlannedRun = z.strictObject({
  variant: name.optional(),
  tier,
  arm: name,
  seed,
  /** Which of the study's evaluations it is; it starts from the run of the same arm and seed. */
  evaluation: name.optional(),
  /** `declarationHash` of the resolved run. */
  declaration: sha256,
  steps: z.int().positive(),
  /** What `--set` changed, where this is not the run that the study declares. */
  overrides: z.array(z.string().min(1)).min(1).optional(),
  /** Steps of the run that the study declares in its place. */
  declaredSteps: z.int().positive().optional(),
});
export type PlannedRun = z.infer<typeof PlannedRun>;

/**
 * A study with its runs resolved: `study.json` beside its results. A report needs nothing else to tell what is not
 * run, partial, stale or of another tier, and so never loads a method.
 */
export const Plan = z.strictObject({
  format: z.literal('spatial-ensemble/plan-1'),
  study: Study,
  method: z.strictObject({ name, version: z.int().positive() }),
  /** The methods of the study's evaluations. */
  evaluations: z.record(name, z.strictObject({ name, version: z.int().positive() })).optional(),
  runs: z.array(PlannedRun),
});
export type Plan = z.infer<typeof Plan>;
