import { z } from 'zod';

const share = z.number().min(0).max(1);

/** Over a run: constant (a bare number too), by half a cosine to 1, or warmed up by min(1 − 1/(k + 1), value). */
const scheduled = z.union([
  z.strictObject({ kind: z.enum(['constant', 'cosine', 'warm-up']), value: share }),
  share.transform((value) => ({ kind: 'constant' as const, value })),
]);

/** Share of the OLD value that stays in what moves. FM fixmatch.py: 0.999. */
const momentum = scheduled.prefault(0.999);

/** Chance that a unit keeps the teacher's value. The paper's for FixMatch is 0.5 (paper.md 1.4). */
const preserve = scheduled.prefault(0.5);

/** What one draw decides; the official code draws for each tensor (paper.md 1.3). */
const granularity = z.enum(['tensor', 'layer', 'channel', 'neuron']).default('tensor');

/**
 * Batch norm's running statistics. `smooth`: averaged at the momentum, without a mask (EMAN); with `se`, which is `sts`
 * at momentum 0, they are thus the student's. `copy`: the student's. A teacher that forwards in eval mode alone cannot
 * keep its own.
 */
const buffers = z.enum(['smooth', 'copy']).default('smooth');

/**
 * `whole`: the teacher starts as the student. `masked`: as in the official code, from a start of its own, each unit
 * copied with probability 1 − p (paper.md 3.3, row 3).
 */
const firstCopy = z.enum(['whole', 'masked']).default('whole');

/** How the teacher follows the student; the words are those of `@spatial-ensemble/smoothing`. */
export const TeacherSpec = z.discriminatedUnion('kind', [
  /** The teacher is the current student. */
  z.strictObject({ kind: z.literal('none') }),
  /** Temporal moving average: FixMatch's own, which the original only evaluates. */
  z.strictObject({ kind: z.literal('tma'), momentum, buffers }),
  /** Spatial ensemble. */
  z.strictObject({ kind: z.literal('se'), preserve, granularity, buffers, firstCopy }),
  /** Spatial-temporal smoothing. */
  z.strictObject({ kind: z.literal('sts'), momentum, preserve, granularity, buffers, firstCopy }),
]);
export type TeacherSpec = z.infer<typeof TeacherSpec>;
