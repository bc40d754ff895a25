import type { Encoder } from '@spatial-ensemble/nn';
import type { EncoderFamily } from '@spatial-ensemble/training';
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { visionTransformer } from '../../../nn/test/vision-transformer.ts';

const count = z.int().positive();

const FIELDS = { size: count, patch: count, width: count, heads: count, hidden: count, blocks: count };
export type VitFields = typeof FIELDS;

/** A vision transformer of one's own, as a method is given one. Grey images are shown to it three times. */
export const TINY_VIT: EncoderFamily<VitFields> = {
  fields: FIELDS,
  stride: ({ patch }) => patch,
  contradictions: ({ size, patch, width, heads }) => [
    ...(size % patch === 0
      ? []
      : [{ path: ['patch'], message: `must divide the side of ${size} pixels, got ${patch}` }]),
    ...(width % heads === 0 ? [] : [{ path: ['heads'], message: `must divide the width of ${width}, got ${heads}` }]),
  ],
  encoder({ channels, ...options }): Encoder {
    const transformer = visionTransformer('encoder', options);
    return {
      ...transformer,
      forward: (pass, images) => transformer.forward(pass, channels === 3 ? images : tf.tile(images, [1, 1, 1, 3])),
    };
  },
  smoke: (spec) => ({ ...spec, size: 28, patch: 14, width: 8, heads: 2, hidden: 16, blocks: 1 }),
};
