import { constantRate, sevenSixteenthsCosine } from '@spatial-ensemble/nn';
import type { Method } from '@spatial-ensemble/training';
import { views } from './augment.ts';
import { model, optimiser, scaled, type FixMatchState } from './model.ts';
import { smoke } from './smoke.ts';
import { FixMatchSpec } from './spec.ts';
import { step } from './step.ts';
import { firstTeacher, hasTeacher, teacherEvidence, teacherScalars } from './teacher.ts';

/** FixMatch (Sohn et al. 2020), with a teacher that is smoothed and, unless told otherwise, makes the pseudo-labels. */
export const fixmatch: Method<FixMatchSpec, FixMatchState> = {
  name: 'fixmatch',
  version: 1,
  schema: FixMatchSpec,
  smoke,
  steps: (spec) => spec.steps,
  init(spec, key) {
    const student = model(spec).init(key.fold('student'));
    const velocity = optimiser(spec).init(student.params);
    return hasTeacher(spec) ? { student, velocity, teacher: firstTeacher(spec, student, key) } : { student, velocity };
  },
  views,
  at(spec, k) {
    const { learningRate, schedule } = spec.optimiser;
    const factor = schedule === 'constant' ? constantRate : sevenSixteenthsCosine;
    return { learningRate: learningRate * factor(k, spec.steps), ...teacherScalars(spec, k) };
  },
  step,
  student: (state) => state.student,
  teacher: (state) => state.teacher ?? state.student,
  predict(spec) {
    const network = model(spec);
    return (variables, images) => network.apply(variables, scaled(images), { mode: 'eval' }).logits;
  },
  evidence: teacherEvidence,
};

export { FixMatchSpec, type FixMatchInput } from './spec.ts';
export { step as fixmatchStep } from './step.ts';
export type { FixMatchState } from './model.ts';
