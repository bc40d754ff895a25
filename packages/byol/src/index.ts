import { featuresOf, standardised, strideOf, warmedUpFrom, type Variables } from '@spatial-ensemble/nn';
import { topOne } from '@spatial-ensemble/record';
import { teacherScalars, teacherShows } from '@spatial-ensemble/teacher';
import type { Method, Scalars } from '@spatial-ensemble/training';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { evaluationView, views } from './augment.ts';
import { check } from './check.ts';
import { initialState, networksOf, probeOf, type ByolState } from './model.ts';
import { METRICS } from './metrics.ts';
import { smoke } from './smoke.ts';
import { ByolSpec, stepsOf } from './spec.ts';
import { byolStep } from './step.ts';

/** BYOL (Grill et al. 2020): a student that predicts a smoothed teacher's view of the same image. */
export const byol: Method<ByolSpec, ByolState, Scalars> = {
  name: 'byol',
  version: 1,
  schema: ByolSpec,
  smoke,
  steps: stepsOf,
  check,
  epoch: ({ images }) => ({ key: 'images', images, stream: 'unlabelled' }),
  stride: ({ network }) => strideOf(network),
  init: initialState,
  views,
  at(spec, step) {
    const { optimiser, warmUp, batch, images, teacher, probe } = spec;
    const total = stepsOf(spec);
    const base = (optimiser.learningRate * batch) / 256;
    const warmSteps = (warmUp.epochs * images) / batch;
    const factor = warmedUpFrom(warmUp.from / base, warmSteps)(step, total);
    return {
      learningRate: base * factor,
      ...teacherScalars(teacher, step, total),
      probeLearningRate: probe.learningRate * factor,
    };
  },
  metrics: METRICS,
  step: byolStep,
  student: ({ student, probe }) => withProbe(student, probe.variables),
  teacher: ({ teacher, student, probe }) => withProbe(teacher ?? student, probe.variables),
  evaluationView,
  scores: () => topOne('probe', 'probe accuracy'),
  predict(spec) {
    const probe = probeOf(spec);
    const encode = encoderOf(spec);
    return (variables, images) => probe.logits(variables, encode(variables, images));
  },
  encode: encoderOf,
  features: ({ network }) => featuresOf(network),
  evidence: (spec) => teacherShows(spec.teacher, stepsOf(spec)),
};

function encoderOf(spec: ByolSpec): (variables: Variables, images: Tensor) => Tensor2D {
  const { encoder } = networksOf(spec);
  return (variables, images) => encoder.apply(variables, standardised(images, spec.network), { mode: 'eval' }).features;
}

function withProbe(variables: Variables, probe: Variables): Variables {
  return { params: { ...variables.params, ...probe.params }, buffers: variables.buffers };
}

export { RECIPES } from './recipes.ts';
export { ByolSpec, type ByolInput } from './spec.ts';
export { byolStep } from './step.ts';
export { networksOf, type ByolState, type Networks } from './model.ts';
