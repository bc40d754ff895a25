import type { Recipe } from '@spatial-ensemble/record';
import { teacherShows, type TeacherSpec } from '@spatial-ensemble/teacher';
import type { EncoderFamily, Fields, WithEncoder } from '@spatial-ensemble/training';
import type { RunLength } from './fields.ts';
import { epoch, problems, scores } from './recipe.ts';
import type { SelfSupervisedSpec } from './spec.ts';

/** What all methods of a kind of encoder declare alike that learn from views of images without labels. */
export function selfSupervised<F extends Fields>(encoder: EncoderFamily<F>, steps: (length: RunLength) => number) {
  return {
    steps,
    check: problems,
    epoch,
    stride: ({ network }) => encoder.stride(network),
    scores,
    evidence: (spec) => teacherShows(spec.teacher, steps(spec)),
  } satisfies Partial<Recipe<WithEncoder<SelfSupervisedSpec & { readonly teacher: TeacherSpec }, F>>>;
}
