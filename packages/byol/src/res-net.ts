import { strideOf } from '@spatial-ensemble/nn';
import { BATCH_NORM_FIELDS, RES_NET_FIELDS, resNetEncoder, tinyResNet } from '@spatial-ensemble/self-supervised';
import type { EncoderFamily } from '@spatial-ensemble/training';
import { z } from 'zod';

const FIELDS = { ...RES_NET_FIELDS, batchNorm: z.strictObject(BATCH_NORM_FIELDS) };
export type ResNetFields = typeof FIELDS;

/** ResNets without defaults: `recipes.ts` has them. */
export const RES_NET: EncoderFamily<ResNetFields> = {
  fields: FIELDS,
  stride: strideOf,
  encoder: resNetEncoder,
  smoke: tinyResNet,
  batchNorm: ({ batchNorm }) => batchNorm,
};
