import type { FixMatchSpec } from './spec.ts';

const STEPS = 6;

/** The same spec for a run of seconds, on the embedded grey images: a few steps of a tiny network on tiny batches. */
export function smoke(spec: FixMatchSpec): FixMatchSpec {
  return {
    ...spec,
    steps: STEPS,
    batch: { labelled: 4, unlabelledRatio: 2 },
    network: { ...spec.network, depth: 4, groups: 1, width: 0.25, stemStride: 2, channels: 1, classes: 10 },
    augment: { ...spec.augment, shift: 4, cutout: 14 },
  };
}
