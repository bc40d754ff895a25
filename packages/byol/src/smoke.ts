import { tiny, tinyHead } from '@spatial-ensemble/self-supervised';
import type { EncoderFamily, Fields } from '@spatial-ensemble/training';
import type { ByolSpec } from './spec.ts';

/** The same spec for a run of seconds, on the embedded grey images: a few steps of a tiny network on tiny batches. */
export function smoke<F extends Fields>(spec: ByolSpec<F>, encoder: EncoderFamily<F>): ByolSpec<F> {
  const { projector, predictor } = spec.network;
  const heads = { projector: tinyHead(projector), predictor: tinyHead(predictor) };
  const network = { ...spec.network, ...encoder.smoke(spec.network), ...heads };
  return tiny({ ...spec, network, warmUp: { ...spec.warmUp, epochs: 0.25 } });
}
