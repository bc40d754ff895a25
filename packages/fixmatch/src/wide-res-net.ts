import { wideResNetTrunk } from '@spatial-ensemble/nn';
import type { EncoderFamily } from '@spatial-ensemble/training';
import { z } from 'zod';

const share = z.number().min(0).max(1);
const count = z.int().positive();

/** FM = google-research/fixmatch@d4985a15 libml/models.py (class ResNet) and fixmatch.py; the options are those of `wideResNet`. */
const FIELDS = {
  depth: count.default(28),
  /** 2 for CIFAR-10; 8 for CIFAR-100 (FM README.md: filters=128). */
  width: z.number().positive().default(2),
  /** 4 for images of 96 pixels. */
  groups: count.default(3),
  /** 1 in FM; 2 halves the image at once. */
  stemStride: z.union([z.literal(1), z.literal(2)]).default(1),
  /** TensorFlow's default. kekmodel/FixMatch-pytorch@040be3b8 has none. */
  convolutionBias: z.boolean().default(true),
  /** `same`: TensorFlow's, as in FM. `symmetric`: PyTorch's, as in its ports. */
  padding: z.enum(['same', 'symmetric']).default('same'),
  batchNorm: z
    .strictObject({
      /** `tf.layers.batch_normalization`'s default; 1e-5 in kekmodel/FixMatch-pytorch. */
      epsilon: z.number().positive().default(1e-3),
      /**
       * Share of the old value in the running statistics (FM libml/models.py: momentum=0.999). A short run needs
       * less: after 1,000 steps at 0.999, 37 % of the initial statistics are left.
       */
      decay: share.default(0.999),
      /** That of TensorFlow's fused batch norm, and of PyTorch. */
      runningVariance: z.enum(['unbiased', 'biased']).default('unbiased'),
    })
    .prefault({}),
};
export type WideResNetFields = typeof FIELDS;

/** The wide residual networks of the paper. */
export const WIDE_RES_NET: EncoderFamily<WideResNetFields> = {
  fields: FIELDS,
  stride: ({ stemStride, groups }) => stemStride * 2 ** (groups - 1),
  encoder: (spec) => wideResNetTrunk('', spec),
  smoke: (spec) => ({ ...spec, depth: 4, groups: 1, width: 0.25, stemStride: 2 }),
  contradictions({ depth, groups, width }) {
    const units = (depth - 1) / groups - 1;
    return [
      ...(units < 2 || units % 2 !== 0
        ? [
            {
              path: ['depth'],
              message: `must be 1 + groups · (2 · units + 1), with ${groups} groups ${1 + 3 * groups}, ${1 + 5 * groups} or ${1 + 9 * groups}, got ${depth}`,
            },
          ]
        : []),
      ...(Number.isInteger(16 * width)
        ? []
        : [{ path: ['width'], message: `must make 16 · width a whole number of channels, got ${width}` }]),
    ];
  },
};
