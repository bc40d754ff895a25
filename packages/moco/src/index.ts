import { byEpoch, halfCosine, metasOf, type Encoder } from '@spatial-ensemble/nn';
import {
  evaluated,
  numbersOf,
  problems,
  rateOf,
  selfSupervised,
  type StepNumber,
  type TwoViews,
} from '@spatial-ensemble/self-supervised';
import {
  imagesSuffice,
  type Method,
  type TrainableOf,
  type Scalars,
  type Fields,
  type EncoderFamily,
} from '@spatial-ensemble/training';
import { preparedFor, streams } from './augment.ts';
import { microBatched } from './micro-batches.ts';
import { initialState, networksOf, projectorOf, type MocoState } from './model.ts';
import { METRICS } from './metrics.ts';
import { RES_NET, type ResNetFields } from './res-net.ts';
import { smoke } from './smoke.ts';
import { mocoSpec, stepsOf, type MocoInput, type MocoOwn, type MocoSpec } from './spec.ts';
import { mocoStep } from './step.ts';

type MocoTrainable = TrainableOf<MocoState, TwoViews, StepNumber, Scalars>;
type Moco<F extends Fields> = Method<MocoSpec<F>, MocoInput<F>, MocoTrainable>;

/**
 * MoCo v2 (He et al. 2020, Chen et al. 2020) of a kind of encoder: queries that find the smoothed teacher's key among
 * those of a queue.
 *
 * @param name part of a run's identity: an encoder whose fields could be taken for those of another needs one of its own.
 */
export function mocoOf<F extends Fields>(encoder: EncoderFamily<F>, name = 'moco'): Moco<F> {
  return {
    ...selfSupervised(encoder, stepsOf),
    name,
    version: 1,
    schema: mocoSpec(encoder),
    smoke: (spec) => smoke(spec, encoder),
    metrics: METRICS,
    // An image that stands in the queue twice would be told apart from itself.
    check: (spec, data) => [
      ...problems(spec, data),
      ...imagesSuffice('queue', spec.queue, 'a queue', 'unlabelled', data),
    ],
    accumulates: true,
    bind(spec, { microBatch } = {}) {
      const { count, network } = microBatched(spec, encoder, microBatch);
      const step = mocoStep(spec, encoder.encoder(network), count);
      return { ...trainable(spec, encoder.encoder(spec.network)), step };
    },
  };
}

/** MoCo of ResNets. */
export const moco: Moco<ResNetFields> = mocoOf(RES_NET);

/** All but the step, which alone knows of micro-batches. */
function trainable(spec: MocoOwn, encoder: Encoder): Omit<MocoTrainable, 'step'> {
  const { batch, images, optimiser } = spec;
  const heads = { projector: metasOf(projectorOf(spec, encoder).declares) };
  const schedule = byEpoch(halfCosine, Math.max(1, Math.floor(images / batch)));
  return {
    streams: streams(spec),
    init: (key) => initialState(spec, encoder, key),
    at: numbersOf(spec, stepsOf(spec), rateOf(optimiser.learningRate, batch), schedule),
    ...evaluated(spec, encoder, preparedFor(spec), heads, networksOf(spec, encoder).second),
  };
}

export { MocoSpec, type MocoInput } from './spec.ts';
export { mocoStep } from './step.ts';
export { networkOf, type MocoState } from './model.ts';
export { RES_NET, type ResNetFields } from './res-net.ts';
