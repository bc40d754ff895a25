import type { BufferMode } from '@spatial-ensemble/smoothing';
import { z } from 'zod';

const share = z.number().min(0).max(1);

/**
 * Over a run: constant (a bare number too), by half a cosine to 1, warmed up by min(1 − 1/(k + 1), value), or both of
 * these together.
 */
const scheduled = z.union([
  z.strictObject({ kind: z.enum(['constant', 'cosine', 'warm-up', 'warm-up-cosine']), value: share }),
  share.transform((value) => ({ kind: 'constant' as const, value })),
]);

/** A schedule as one writes it. */
export type Scheduled = z.input<typeof scheduled>;

/**
 * `effective`: the effective momentum is warmed up by min(1 − 1/(k + 1), its value), so that arms of equal mean age share
 * one sequence of it from the first update on (ours, after CuriousAI/mean-teacher@546348ff pytorch/main.py;
 * `warmedShares` has the rule). Absent: the schedules as they are.
 */
const warmUp = z.enum(['effective']).optional();

/** What a method's teacher has where a spec does not say otherwise. */
export interface TeacherDefaults<Buffers extends readonly [BufferMode, ...BufferMode[]]> {
  /** Share of the OLD value that stays in what moves. */
  readonly momentum: Scheduled;
  /** Chance that a unit keeps the teacher's value. */
  readonly preserve: Scheduled;
  /** What may become of batch norm's running statistics, the default in front. */
  readonly buffers: Buffers;
}

/** The schema of a method's teacher: how it follows the student, in the words of `@spatial-ensemble/smoothing`. */
export function teacherSpec<const Buffers extends readonly [BufferMode, ...BufferMode[]]>(
  defaults: TeacherDefaults<Buffers>,
) {
  /** Share of the OLD value that stays in what moves: a number, or a schedule (arXiv 2110.01253). */
  const momentum = scheduled.prefault(defaults.momentum);
  /** Chance that a unit keeps the teacher's value: a number, or a schedule (arXiv 2110.01253). */
  const preserve = scheduled.prefault(defaults.preserve);
  /**
   * What becomes of batch norm's running statistics: the teacher's own (tengteng95/Spatial_Ensemble@e94a54b
   * spatial_ensemble/models/m2_teacher.py), the student's (`copy`), or averaged (`smooth`, as in
   * amazon-research/exponential-moving-average-normalization@f79248b8).
   */
  const buffers = z
    .enum(defaults.buffers as unknown as [Buffers[number], ...Buffers[number][]])
    .default(defaults.buffers[0] as never);
  /**
   * What one draw decides; the official code draws for each tensor
   * (tengteng95/Spatial_Ensemble@e94a54b spatial_ensemble/models/m2_teacher.py:39-46). `network`: one draw for all, the
   * control without stitches, and the others are ours.
   */
  const granularity = z.enum(['tensor', 'layer', 'channel', 'neuron', 'network']).default('tensor');
  /**
   * `whole`: the teacher starts as the student. `masked`: as in the official code, from a start of its own, each unit
   * copied with probability 1 − p (tengteng95/Spatial_Ensemble@e94a54b spatial_ensemble/models/m2_teacher.py:33).
   */
  const firstCopy = z.enum(['whole', 'masked']).default('whole');
  return z.discriminatedUnion('kind', [
    z.strictObject({
      /** The teacher is the current student. */
      kind: z.literal('none'),
    }),
    z.strictObject({
      /** Temporal moving average (arXiv 2110.01253). */
      kind: z.literal('tma'),
      momentum,
      buffers,
      warmUp,
    }),
    z.strictObject({
      /** Spatial ensemble (arXiv 2110.01253). */
      kind: z.literal('se'),
      preserve,
      granularity,
      buffers,
      firstCopy,
      warmUp,
    }),
    z.strictObject({
      /** Spatial-temporal smoothing (arXiv 2110.01253). */
      kind: z.literal('sts'),
      momentum,
      preserve,
      granularity,
      buffers,
      firstCopy,
      warmUp,
    }),
  ]);
}

/** Any method's teacher. */
export type TeacherSpec = z.infer<ReturnType<typeof teacherSpec<readonly [BufferMode, ...BufferMode[]]>>>;
/** A teacher of its own: every kind but `none`. */
export type Follower = Exclude<TeacherSpec, { kind: 'none' }>;
