import { strideOf } from '@spatial-ensemble/nn';
import { BATCH_NORM_FIELDS, RES_NET_FIELDS, resNetEncoder, tinyResNet } from '@spatial-ensemble/self-supervised';
import type { EncoderFamily } from '@spatial-ensemble/training';
import { z } from 'zod';

const count = z.int().positive();

/** torchvision's ResNet-50 unless told otherwise (MC main_moco.py). */
const FIELDS = {
  block: RES_NET_FIELDS.block.default('bottleneck'),
  units: RES_NET_FIELDS.units.default([3, 4, 6, 3]),
  width: RES_NET_FIELDS.width.default(64),
  stem: RES_NET_FIELDS.stem.default('imagenet'),
  zeroInitResidual: RES_NET_FIELDS.zeroInitResidual.default(false),
  batchNorm: z
    .strictObject({
      epsilon: BATCH_NORM_FIELDS.epsilon.default(1e-5),
      decay: BATCH_NORM_FIELDS.decay.default(0.9),
      runningVariance: BATCH_NORM_FIELDS.runningVariance.default('unbiased'),
      /** Parts of a batch with statistics of their own, which divide it: the 8 GPUs of MC README.md, not synchronised. */
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
