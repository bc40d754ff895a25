import type { EncoderFamily, Fields } from '@spatial-ensemble/training';
import type { FixMatchSpec } from './spec.ts';

const STEPS = 6;

/** The same spec for a run of seconds, on the embedded grey images: a few steps of a tiny network on tiny batches. */
export function smoke<F extends Fields>(spec: FixMatchSpec<F>, encoder: EncoderFamily<F>): FixMatchSpec<F> {
  return {
    ...spec,
    steps: STEPS,
    batch: { ...spec.batch, labelled: 4, unlabelledRatio: 2 },
    network: { ...spec.network, ...encoder.smoke(spec.network), channels: 1, classes: 10 },
    augment: { ...spec.augment, shift: 4, cutout: typeof spec.augment.cutout === 'number' ? 14 : spec.augment.cutout },
  };
}
