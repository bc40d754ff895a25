import { Arithmetic, Measure, Segment, tier } from '@spatial-ensemble/record';
import { z } from 'zod';

// What `--json` prints. `spatial-ensemble schema NAME` prints these as JSON Schema.

const count = z.int().nonnegative();

/** What a study calls a run. */
const Place = z.strictObject({
  study: z.string(),
  tier,
  variant: z.string().optional(),
  arm: z.string(),
  seed: count,
  evaluation: z.string().optional(),
  /** False: the study declares another run in this place now. */
  current: z.boolean(),
});

const Run = z.strictObject({
  /** The first 12 digits of its identity. */
  run: z.string(),
  method: z.string(),
  state: z.enum(['complete', 'partial', 'begun', 'damaged']),
  problem: z.string().optional(),
  /** The process that trains it now. */
  process: count.optional(),
  /** The machine of that process, where it is another one. */
  host: z.string().optional(),
  steps: z.strictObject({ done: count, total: count.optional() }),
  /** Wall time of all sittings. */
  seconds: z.number().nonnegative().optional(),
  bytes: count,
  checkpointBytes: count,
  /** Steps after which it has a checkpoint, the newest first. */
  checkpoints: z.array(count),
  /** Those of them that `--keep` asked to stay. */
  kept: z.array(count),
  /** When a file of it was last written. */
  modified: z.iso.datetime().optional(),
  folder: z.string(),
  places: z.array(Place),
});
export type RunEntry = z.infer<typeof Run>;

export const List = z.strictObject({
  format: z.literal('spatial-ensemble/list-1'),
  store: z.string(),
  runs: z.array(Run),
});

export const Shown = z.strictObject({
  format: z.literal('spatial-ensemble/show-1'),
  ...Run.shape,
  /** As in its result; absent while there is none. */
  spec: z.record(z.string(), z.unknown()).optional(),
  seeds: z.record(z.string(), count).optional(),
  data: z.record(z.string(), z.unknown()).optional(),
  arithmetic: Arithmetic.optional(),
  from: z.string().optional(),
  /** What it goes on from, the first one first. */
  segments: z.array(Segment).optional(),
  measures: z.array(Measure).optional(),
  startedAt: z.iso.datetime().optional(),
  commit: z.string().nullable().optional(),
  commands: z.array(z.string()),
});

/** One seed of an arm, or of an evaluation of it. */
const Origin = z.strictObject({
  tier,
  variant: z.string().optional(),
  seed: count,
  evaluation: z.string().optional(),
  /** `complete`, `partial`, `stale`, `not paired`, `not run`. */
  state: z.string(),
  why: z.string().optional(),
  run: z.string().optional(),
  file: z.string().optional(),
  startedAt: z.iso.datetime().optional(),
  commit: z.string().nullable().optional(),
  arithmetic: z.string().optional(),
  measures: z.array(Measure),
  /** Makes it, or makes it again. */
  command: z.string(),
  /** What else decides its arithmetic, for which there is no option. */
  beside: z.string().optional(),
});
export type Origin = z.infer<typeof Origin>;

export const Why = z.strictObject({
  format: z.literal('spatial-ensemble/why-1'),
  study: z.string(),
  arm: z.string(),
  origins: z.array(Origin),
});

/** Two runs beside each other. */
const compared = {
  runs: z.tuple([z.string(), z.string()]),
  /** What differs, by where it stands in a run; null where one has nothing there. */
  differences: z.array(z.strictObject({ path: z.string(), values: z.tuple([z.unknown(), z.unknown()]) })),
  measures: z.array(
    z.strictObject({ measure: z.string(), values: z.tuple([z.number().nullable(), z.number().nullable()]) }),
  ),
};

export const Compared = z.strictObject({ format: z.literal('spatial-ensemble/compare-1'), ...compared });

/** Accepted results beside what the commands that they name gave now. */
export const Reproduced = z.strictObject({
  format: z.literal('spatial-ensemble/reproduce-1'),
  study: z.string(),
  arm: z.string(),
  /** How far a measure may be away where the arithmetic is another one. */
  within: z.number().nonnegative().optional(),
  reproduced: z.boolean(),
  runs: z.array(
    z.strictObject({
      tier,
      variant: z.string().optional(),
      seed: count,
      evaluation: z.string().optional(),
      outcome: z.enum(['same bits', 'other bits', 'another run', 'another arithmetic', 'within', 'too far']),
      ...compared,
    }),
  ),
});

export const Checked = z.strictObject({
  format: z.literal('spatial-ensemble/verify-1'),
  store: z.string(),
  runs: count,
  /** Documents and checkpoints that are as they were written. */
  whole: count,
  problems: z.array(z.string()),
});

export const Cleaned = z.strictObject({
  format: z.literal('spatial-ensemble/clean-1'),
  store: z.string(),
  /** False: nothing was removed. */
  done: z.boolean(),
  bytes: count,
  removed: z.array(z.strictObject({ path: z.string(), bytes: count, why: z.string() })),
  /** Runs of which something could be removed, but that another process has. */
  skipped: z.array(z.strictObject({ folder: z.string(), why: z.string() })),
});

/** By the command that prints it. */
export const FORMATS = {
  list: List,
  show: Shown,
  why: Why,
  compare: Compared,
  reproduce: Reproduced,
  verify: Checked,
  clean: Cleaned,
};
