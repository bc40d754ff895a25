import { z } from 'zod';

import { name, rule } from './fields.ts';

/** How far from a published number still counts as that number, and who says so. */
export const Tolerance = z.strictObject({
  /** Half-width, in the number's unit. */
  value: z.number().positive(),
  /** Where it is from: a page, a table, a list of runs. What nobody published is no tolerance. */
  source: z.string().min(1),
});
export type Tolerance = z.infer<typeof Tolerance>;

/** How the runs behind a published mean differ, from which its 95 % interval follows by Student's t. */
export const PublishedSpread = z.strictObject({
  /**
   * Sample standard deviation of the runs, as printed. Sources seldom say whether n or n − 1 stands below the line; it
   * is taken as n − 1.
   */
  standardDeviation: z.number().positive(),
  /** Runs that it is of. */
  runs: z.int().min(2),
  source: z.string().min(1),
});
export type PublishedSpread = z.infer<typeof PublishedSpread>;

/** One cell of the paper that a study stands for. */
export const PaperCell = z
  .strictObject({
    /** A file of `experiments/tables`: `imagenet-linear`. */
    table: name,
    /** A cell's id in that table: `byol-sts-200-top1`. */
    cell: name,
    /** The arm whose number it is; absent: it is about the study as a whole. */
    arm: name.optional(),
    /** The variant it belongs to; absent: the first. */
    variant: name.optional(),
    /** The measure that stands beside it; absent: the headline's. */
    metric: z.string().min(1).optional(),
    /** Which checkpoint the published number is of; absent: the headline's. One of another checkpoint is never judged. */
    rule: rule.optional(),
    /** What is published, in `unit`; the same as the table holds. Null: not available to us. */
    expected: z.union([z.number(), z.null()]),
    /** The recipe that the published number is of: one of the study's `recipes`. Reports list where the run departs from it. */
    recipe: name.optional(),
    /** Within which we call it reproduced. */
    tolerance: Tolerance.optional(),
    /** In place of a tolerance: we call it reproduced within both sides' 95 % half-widths together. */
    spread: PublishedSpread.optional(),
    unit: z.string().min(1).default('%'),
    /** Where the number stands. */
    source: z.string().min(1),
    note: z.string().min(1).optional(),
  })
  .refine(({ expected, tolerance, spread }) => expected !== null || (tolerance ?? spread) === undefined, {
    path: ['expected'],
    error: 'is not known, so that nothing can lie within a tolerance or a spread of it',
  })
  .refine(({ tolerance, spread }) => tolerance === undefined || spread === undefined, {
    path: ['tolerance'],
    error: 'stands beside a spread, which is one already; leave one of both out',
  });
export type PaperCell = z.infer<typeof PaperCell>;
