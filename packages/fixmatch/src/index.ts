import { constantRate, sevenSixteenthsCosine } from '@spatial-ensemble/nn';
import { topOne } from '@spatial-ensemble/record';
import { teacherScalars, teacherShows } from '@spatial-ensemble/teacher';
import type { Method } from '@spatial-ensemble/training';
import { views } from './augment.ts';
import { check } from './check.ts';
import { classifier, initialState, scaled, type FixMatchState } from './model.ts';
import { METRICS } from './metrics.ts';
import { smoke } from './smoke.ts';
import { FixMatchSpec } from './spec.ts';
import { fixMatchStep } from './step.ts';

/** FixMatch (Sohn et al. 2020), with a teacher that is smoothed and, unless told otherwise, makes the pseudo-labels. */
export const fixmatch: Method<FixMatchSpec, FixMatchState> = {
  name: 'fixmatch',
  version: 2,
  schema: FixMatchSpec,
  smoke,
  steps: ({ steps }) => steps,
  check,
  stride: ({ network }) => network.stemStride * 2 ** (network.groups - 1),
  init: initialState,
  views,
  at({ optimiser: { learningRate, schedule }, teacher, steps }, step) {
    const rate = schedule === 'constant' ? constantRate : sevenSixteenthsCosine;
    return { learningRate: learningRate * rate(step, steps), ...teacherScalars(teacher, step, steps) };
  },
  metrics: METRICS,
  step: fixMatchStep,
  student: ({ student }) => student,
  teacher: ({ teacher, student }) => teacher ?? student,
  scores: () => topOne('accuracy', 'accuracy'),
  predict(spec) {
    const network = classifier(spec);
    return (variables, images) => network.apply(variables, scaled(images), { mode: 'eval' }).logits;
  },
  evidence: ({ teacher, steps }) => teacherShows(teacher, steps),
};

export { FixMatchSpec, type FixMatchInput } from './spec.ts';
export { fixMatchStep } from './step.ts';
export { classifier, scaled, type FixMatchState } from './model.ts';
