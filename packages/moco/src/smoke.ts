import { tiny, tinyHead } from '@spatial-ensemble/self-supervised';
import type { EncoderFamily, Fields } from '@spatial-ensemble/training';
import type { MocoSpec } from './spec.ts';

/** The same spec for a run of seconds, on the embedded grey images: a few steps of a tiny network on tiny batches. */
export function smoke<F extends Fields>(spec: MocoSpec<F>, encoder: EncoderFamily<F>): MocoSpec<F> {
  const network = { ...spec.network, ...encoder.smoke(spec.network), projector: tinyHead(spec.network.projector) };
  return tiny({ ...spec, network, queue: 32 });
}
