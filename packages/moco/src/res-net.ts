import { strideOf } from '@spatial-ensemble/nn';
import { resNetEncoder, tinyResNet } from '@spatial-ensemble/self-supervised';
import type { EncoderFamily } from '@spatial-ensemble/training';
import { z } from 'zod';

const count = z.int().positive();

/** torchvision's ResNet-50 unless told otherwise (MC main_moco.py). */
const FIELDS = {
  block: z.enum(['basic', 'bottleneck']).default('bottleneck'),
  units: z.array(count).min(1).default([3, 4, 6, 3]),
  width: count.default(64),
  stem: z.enum(['imagenet', 'cifar', 'cifar-padding-2', 'cifar-stride-2']).default('imagenet'),
  zeroInitResidual: z.boolean().default(false),
  batchNorm: z
    .strictObject({
      epsilon: z.number().positive().default(1e-5),
      /** Share of the old value in the running statistics, which evaluations use. */
      decay: z.number().min(0).max(1).default(0.9),
      runningVariance: z.enum(['unbiased', 'biased']).default('unbiased'),
      /** Parts of a batch with statistics of their own: MC's 8 GPUs. README.md says why. */
      groups: count.default(8),
    })
    .prefault({}),
};
export type ResNetFields = typeof FIELDS;

/** ResNets whose batch norm looks at parts of a batch. */
export const RES_NET: EncoderFamily<ResNetFields> = {
  fields: FIELDS,
  stride: strideOf,
  encoder: resNetEncoder,
  batchNorm: ({ batchNorm }) => batchNorm,
  smoke: (spec) => tinyResNet(withGroups(spec, Math.min(2, spec.batchNorm.groups))),
  parts: {
    key: ['batchNorm', 'groups'],
    count: ({ batchNorm }) => batchNorm.groups,
    holding: withGroups,
  },
};

function withGroups<Spec extends { readonly batchNorm: { readonly groups: number } }>(
  spec: Spec,
  groups: number,
): Spec {
  return { ...spec, batchNorm: { ...spec.batchNorm, groups } };
}
