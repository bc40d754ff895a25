import { z } from 'zod';

const share = z.number().min(0).max(1);

/** A number over a run: constant, by half a cosine to 1, or warmed up by min(1 − 1/(k + 1), value). */
const scheduled = z.strictObject({ kind: z.enum(['constant', 'cosine', 'warm-up']), value: share });

/** How the teacher follows the student; the words are those of `@spatial-ensemble/smoothing`. */
export const TeacherSpec = z.strictObject({
  /** `none`: the teacher is the current student. FixMatch's own average is `tma` (FM fixmatch.py: ema). */
  kind: z.enum(['none', 'tma', 'se', 'sts']).default('tma'),
  /** Share of the OLD value; for `tma`, `sts` and smoothed buffers. FM fixmatch.py: 0.999. */
  momentum: scheduled.prefault({ kind: 'constant', value: 0.999 }),
  /** Chance that a unit keeps the teacher's value; for `se` and `sts`. The paper's for FixMatch is 0.5 (paper.md 1.4). */
  preserve: scheduled.prefault({ kind: 'constant', value: 0.5 }),
  /** What a draw decides; the official code draws for each tensor (paper.md 1.3). */
  granularity: z.enum(['tensor', 'layer', 'channel', 'neuron']).default('tensor'),
  /** Batch norm's running statistics: `smooth` averages them without a mask (EMAN), `copy` takes the student's. */
  buffers: z.enum(['smooth', 'copy', 'own']).default('smooth'),
  /** `whole`: the teacher starts as the student. `masked`: as in the official STS code, each unit with probability 1 − p (paper.md 3.3, row 3). */
  firstCopy: z.enum(['whole', 'masked']).default('whole'),
});
export type TeacherSpec = z.infer<typeof TeacherSpec>;
