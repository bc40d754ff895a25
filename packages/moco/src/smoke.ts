import type { MocoSpec } from './spec.ts';

const STEPS = 4;

/** The same spec for a run of seconds, on the embedded grey images: a few steps of a tiny network on tiny batches. */
export function smoke(spec: MocoSpec): MocoSpec {
  const { batchNorm, ...network } = spec.network;
  return {
    ...spec,
    steps: STEPS,
    images: 64,
    epochs: 1,
    batch: 8,
    queue: 32,
    network: {
      ...network,
      block: 'basic',
      units: [1, 1],
      width: 4,
      stem: 'cifar-stride-2',
      channels: 1,
      batchNorm: { ...batchNorm, groups: Math.min(2, batchNorm.groups) },
      projector: { hidden: 16, outputs: 8 },
      mean: [0.5],
      deviation: [0.25],
    },
    views: { ...spec.views, size: 28, evaluationResize: null },
    probe: { ...spec.probe, classes: 10 },
  };
}
