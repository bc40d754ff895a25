import { byEpoch, featuresOf, halfCosine, standardised, strideOf, type Variables } from '@spatial-ensemble/nn';
import { topOne } from '@spatial-ensemble/record';
import { teacherScalars, teacherShows } from '@spatial-ensemble/teacher';
import type { Method, Scalars } from '@spatial-ensemble/training';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { evaluationView, views } from './augment.ts';
import { check } from './check.ts';
import { initialState, networksOf, probeOf, type MocoState } from './model.ts';
import { METRICS } from './metrics.ts';
import { smoke } from './smoke.ts';
import { MocoSpec, stepsOf } from './spec.ts';
import { mocoStep } from './step.ts';

/** MoCo v2 (He et al. 2020, Chen et al. 2020): queries that find the smoothed teacher's key among those of a queue. */
export const moco: Method<MocoSpec, MocoState, Scalars> = {
  name: 'moco',
  version: 1,
  schema: MocoSpec,
  smoke,
  steps: stepsOf,
  check,
  epoch: ({ images }) => ({ key: 'images', images, stream: 'unlabelled' }),
  stride: ({ network }) => strideOf(network),
  init: initialState,
  views,
  at(spec, step) {
    const { optimiser, batch, images, teacher, probe } = spec;
    const total = stepsOf(spec);
    const factor = byEpoch(halfCosine, Math.max(1, Math.floor(images / batch)))(step, total);
    return {
      learningRate: ((optimiser.learningRate * batch) / 256) * factor,
      ...teacherScalars(teacher, step, total),
      probeLearningRate: probe.learningRate * factor,
    };
  },
  metrics: METRICS,
  step: mocoStep,
  accumulates: true,
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

function encoderOf(spec: MocoSpec): (variables: Variables, images: Tensor) => Tensor2D {
  const { encoder } = networksOf(spec);
  return (variables, images) => encoder.apply(variables, standardised(images, spec.network), { mode: 'eval' }).features;
}

function withProbe(variables: Variables, probe: Variables): Variables {
  return { params: { ...variables.params, ...probe.params }, buffers: variables.buffers };
}

export { MocoSpec, type MocoInput } from './spec.ts';
export { mocoStep } from './step.ts';
export { networksOf, type MocoState, type Networks } from './model.ts';
