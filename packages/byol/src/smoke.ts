import type { ByolSpec } from './spec.ts';

const STEPS = 4;

/** The same spec for a run of seconds, on the embedded grey images: a few steps of a tiny network on tiny batches. */
export function smoke(spec: ByolSpec): ByolSpec {
  const head = (which: 'projector' | 'predictor') => ({ ...spec.network[which], hidden: 16, outputs: 8 });
  return {
    ...spec,
    steps: STEPS,
    images: 64,
    epochs: 1,
    batch: 8,
    network: {
      ...spec.network,
      block: 'basic',
      units: [1, 1],
      width: 4,
      stem: 'cifar-stride-2',
      channels: 1,
      projector: head('projector'),
      predictor: head('predictor'),
      mean: [0.5],
      deviation: [0.25],
    },
    views: { ...spec.views, size: 28, evaluationResize: null },
    warmUp: { ...spec.warmUp, epochs: 0.25 },
    probe: { ...spec.probe, classes: 10 },
  };
}
