import type { FixMatchInput } from '@spatial-ensemble/fixmatch';

// What the study of FixMatch on photographs of clothes and its pilot have in common.

/** Updates: 1/(1 − m_eff) of every arm is at most a twentieth of them. */
const STEPS = 700;

/**
 * The best of fixmatch-small-pilot among the momenta whose STS forgets its start, to which 0.97 does not belong
 * (README.md, "Pilots").
 */
export const MOMENTUM = 0.94;

/** Images, network and length. */
export const ON_CLOTHES = {
  data: { source: 'fashion-mnist', images: 'embedded', labelled: 40, unlabelled: 'all', heldOut: 500 },
  spec: {
    steps: STEPS,
    batch: { labelled: 16, unlabelledRatio: 7 },
    // Three residual blocks of 32, 64, 128 channels; running statistics that keep up with a short run.
    network: { depth: 10, width: 2, stemStride: 2, channels: 1, batchNorm: { decay: 0.95 } },
    augment: { shift: 4, cutout: 14 },
  } satisfies FixMatchInput,
} as const;
