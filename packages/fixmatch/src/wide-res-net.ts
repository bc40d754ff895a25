import { wideResNetTrunk } from '@spatial-ensemble/nn';
import type { EncoderFamily } from '@spatial-ensemble/training';
import { z } from 'zod';

const share = z.number().min(0).max(1);
const count = z.int().positive();

/** FM = google-research/fixmatch@d4985a15 libml/models.py (class ResNet) and fixmatch.py; the options are those of `wideResNet`. */
const FIELDS = {
  /** Convolutions on the longest way, and in shortcuts: 1 + groups · (2 · units + 1), of 4 units (FM fixmatch.py: repeat). */
  depth: count.default(28),
  /** Channels of the first group, over 16: 2 for CIFAR-10 (FM fixmatch.py: filters=32), 8 for CIFAR-100 (FM README.md: filters=128). */
  width: z.number().positive().default(2),
  /** Groups of units, each but the first at half the side; 4 for images of 96 pixels (FM fixmatch.py: scales). */
  groups: count.default(3),
  /** Stride of the first convolution: 1 (FM libml/models.py); 2 halves the image at once, for quick runs (ours). */
  stemStride: z.union([z.literal(1), z.literal(2)]).default(1),
  /** Whether convolutions have a bias: TensorFlow's default, and so FM's; kekmodel/FixMatch-pytorch@040be3b8 has none. */
  convolutionBias: z.boolean().default(true),
  /** Where zeros are put around the images of a convolution. `same`: as TensorFlow, and so FM. `symmetric`: as PyTorch, in FM's ports. */
  padding: z.enum(['same', 'symmetric']).default('same'),
  batchNorm: z
    .strictObject({
      /** Added to the variance before its root: `tf.layers`' default, and so FM's; 1e-5 in kekmodel/FixMatch-pytorch@040be3b8. */
      epsilon: z.number().positive().default(1e-3),
      /**
       * Share of the old value in the running statistics (FM libml/models.py: momentum=0.999). A short run needs
       * less: after 1,000 steps at 0.999, 37 % of the initial statistics are left.
       */
      decay: share.default(0.999),
      /** The variance that enters the running one. `unbiased`: as in TensorFlow's fused batch norm, which FM runs, and in PyTorch. */
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
