import { z } from 'zod';

import type { Json, JsonObject } from './canonical-json.ts';

/** A name that is safe as a file name, an Nx target and a `--set` path: `byol-imagenet`, `tma`. */
export const name = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be lower-case words joined by hyphens, as in byol-imagenet');

export const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 as 64 hexadecimal digits');

/** A seed: an unsigned 32-bit integer. */
export const seed = z.int().min(0).max(0xffff_ffff);

/** The seeds of a run's parts. Runs that are held against each other may share some of them and differ in others. */
export const seeds = z.strictObject({
  /** Which labels are kept, which images are held out. */
  split: seed,
  /** The first weights. */
  weights: seed,
  /** Order and augmentation of the images, and the teacher's masks. */
  training: seed,
});
export type Seeds = z.infer<typeof seeds>;

export const json: z.ZodType<Json, Json> = z.json();

/** Any JSON object: what belongs to a method or a data set, and is validated by its own schema. */
export const jsonObject: z.ZodType<JsonObject, JsonObject> = z.record(z.string(), json);

/**
 * `paper`: the published setting; `gpu`: hours on one GPU; `small`: minutes on two CPU cores; `smoke`: seconds, says
 * nothing about accuracy. The one list of them; Nx' plugin, which is plain JavaScript, has its own, held against this.
 */
export const tier = z.enum(['paper', 'gpu', 'small', 'smoke']);
export type Tier = z.infer<typeof tier>;

/** Whose a number is. `none`: it needs neither student nor teacher (raw pixels), or is of neither alone. */
export const whose = z.enum(['teacher', 'student', 'none']);
export type Whose = z.infer<typeof whose>;

/**
 * Which checkpoint counts. `last`: the last step. `median-last-20`: the median over the last 20 checkpoints (as the
 * FixMatch paper reports). `best-on-test`: the best of several on the images that it is reported of. It is too good, and
 * stands only beside the last one of a recipe that reports it (linear evaluation of MoCo and STS); no headline may be it.
 */
export const rule = z.enum(['last', 'median-last-20', 'best-on-test']);
export type Rule = z.infer<typeof rule>;
