import { metasOf, warmedUpFrom } from '@spatial-ensemble/nn';
import {
  evaluated,
  evaluationView,
  numbersOf,
  rateOf,
  selfSupervised,
  type StepNumber,
  type TwoViews,
} from '@spatial-ensemble/self-supervised';
import type { EncoderFamily, Fields, Method, TrainableOf, Scalars } from '@spatial-ensemble/training';
import { streams } from './augment.ts';
import { givenBy, headsOf, initialState, networksOf, type ByolState, type Given } from './model.ts';
import { METRICS } from './metrics.ts';
import { RES_NET, type ResNetFields } from './res-net.ts';
import { smoke } from './smoke.ts';
import { byolSpec, stepsOf, type ByolInput, type ByolOwn, type ByolSpec } from './spec.ts';
import { byolStep } from './step.ts';

type ByolTrainable = TrainableOf<ByolState, TwoViews, StepNumber, Scalars>;
type Byol<F extends Fields> = Method<ByolSpec<F>, ByolInput<F>, ByolTrainable>;

/**
 * BYOL (Grill et al. 2020) of a kind of encoder: a student that predicts a smoothed teacher's view of the same image.
 *
 * @param name part of a run's identity: an encoder whose fields could be taken for those of another needs one of its own.
 */
export function byolOf<F extends Fields>(encoder: EncoderFamily<F>, name = 'byol'): Byol<F> {
  return {
    ...selfSupervised(encoder, stepsOf),
    name,
    version: 1,
    schema: byolSpec(encoder),
    smoke: (spec) => smoke(spec, encoder),
    metrics: METRICS,
    bind: (spec) => trainable(spec, givenBy(encoder, spec.network)),
  };
}

/** BYOL of ResNets. */
export const byol: Byol<ResNetFields> = byolOf(RES_NET);

function trainable(spec: ByolOwn, given: Given): ByolTrainable {
  const { warmUp, batch, images, optimiser } = spec;
  const { projector, predictor } = headsOf(spec, given);
  const heads = { projector: metasOf(projector.declares), predictor: metasOf(predictor.declares) };
  const rate = rateOf(optimiser.learningRate, batch);
  const schedule = warmedUpFrom(warmUp.from / rate, (warmUp.epochs * images) / batch);
  return {
    streams: streams(spec),
    init: (key) => initialState(spec, given, key),
    at: numbersOf(spec, stepsOf(spec), rate, schedule),
    step: byolStep(spec, given),
    ...evaluated(spec, given.encoder, evaluationView(spec.views), heads, networksOf(spec, given).second),
  };
}

export { RECIPES } from './recipes.ts';
export { ByolSpec, type ByolInput } from './spec.ts';
export { byolStep } from './step.ts';
export { givenBy, networksOf, type ByolState, type Given, type Networks } from './model.ts';
export { RES_NET, type ResNetFields } from './res-net.ts';
