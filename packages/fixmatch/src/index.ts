import { constantRate, metasOf, sevenSixteenthsCosine, type Encoder } from '@spatial-ensemble/nn';
import { topOne } from '@spatial-ensemble/record';
import { teacherScalars, teacherShows } from '@spatial-ensemble/teacher';
import type { EncoderFamily, Fields, Method, TrainableOf } from '@spatial-ensemble/training';
import { streams } from './augment.ts';
import { check } from './check.ts';
import { classifierOf, headOf, initialState, scaled, scaledStandard, type FixMatchState } from './model.ts';
import { METRICS } from './metrics.ts';
import { smoke } from './smoke.ts';
import { fixMatchSpec, type FixMatchInput, type FixMatchOwn, type FixMatchSpec } from './spec.ts';
import { fixMatchStep, type FixMatchBatch, type FixMatchNumber } from './step.ts';
import { WIDE_RES_NET, type WideResNetFields } from './wide-res-net.ts';

type FixMatchTrainable = TrainableOf<FixMatchState, FixMatchBatch, FixMatchNumber>;
type FixMatch<F extends Fields> = Method<FixMatchSpec<F>, FixMatchInput<F>, FixMatchTrainable>;

/**
 * FixMatch (Sohn et al. 2020) of a kind of encoder, with a teacher that is smoothed and, unless told otherwise, makes
 * the pseudo-labels.
 *
 * @param name part of a run's identity: an encoder whose fields could be taken for those of another needs one of its own.
 */
export function fixMatchOf<F extends Fields>(encoder: EncoderFamily<F>, name = 'fixmatch'): FixMatch<F> {
  return {
    name,
    version: 3,
    schema: fixMatchSpec(encoder),
    smoke: (spec) => smoke(spec, encoder),
    steps: ({ steps }) => steps,
    check,
    stride: ({ network }) => encoder.stride(network),
    scores: () => topOne('accuracy', 'accuracy'),
    metrics: METRICS,
    evidence: ({ teacher, steps }) => teacherShows(teacher, steps),
    bind: (spec) => trainable(spec, encoder.encoder(spec.network)),
  };
}

/** FixMatch of wide residual networks. */
export const fixmatch: FixMatch<WideResNetFields> = fixMatchOf(WIDE_RES_NET);

function trainable(spec: FixMatchOwn, encoder: Encoder): FixMatchTrainable {
  const network = classifierOf(spec, encoder);
  const { optimiser, teacher, steps } = spec;
  const rate = optimiser.schedule === 'constant' ? constantRate : sevenSixteenthsCosine;
  return {
    streams: streams(spec),
    init: (key) => initialState(spec, network, key),
    at: (step) => ({
      learningRate: optimiser.learningRate * rate(step, steps),
      ...teacherScalars(teacher, step, steps),
    }),
    step: fixMatchStep(spec, network),
    student: ({ student }) => student,
    teacher: (state) => state.teacher ?? state.student,
    classifies: {
      view: [],
      predict: (variables, images) => network.apply(variables, scaled(images), { mode: 'eval' }).logits,
    },
    anatomy: {
      encoder,
      heads: { fc: metasOf(headOf(spec, encoder).declares) },
      standard: scaledStandard(spec.network.channels),
    },
  };
}

export { FixMatchSpec, type FixMatchInput } from './spec.ts';
export { fixMatchStep } from './step.ts';
export { classifierOf, scaled, type FixMatchState } from './model.ts';
export { WIDE_RES_NET, type WideResNetFields } from './wide-res-net.ts';
