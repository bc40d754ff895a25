import type { FixMatchInput } from '@spatial-ensemble/fixmatch';

// What the study of FixMatch on photographs of clothes and its pilot have in common.

/** Updates: 1/(1 − m_eff) of every arm is at most a twentieth of them. */
const STEPS = 700;

/**
 * That of the pilot without warm-up (seeds 101 to 108), at which a moving average was worth something. The one that
 * fixmatch-small-pilot chooses takes its place before the first run.
 */
export const MOMENTUM = 0.94;

/** The preserve probability of the paper's FixMatch (packages/teacher/README.md, "Preserve probabilities of the paper"). */
export const PRESERVE = 0.5;

/**
 * A teacher is behind its student for the first fifth of a run without it, and wrong pseudo-labels of that time stay. It
 * is the effective momentum that is warmed up, so that arms of one mean age lag alike from the first update on.
 */
const WARM_UP = { warmUp: 'effective' } as const;

/** The student as its own teacher. */
export const NONE = { teacher: { kind: 'none' } } as const satisfies FixMatchInput;

/** A moving average of a momentum. */
export function tma(momentum: number) {
  return { kind: 'tma', momentum, ...WARM_UP } as const;
}

/** What one draw decides, and with which chance it keeps. */
interface Masks {
  readonly granularity?: 'tensor' | 'layer' | 'channel' | 'neuron' | 'network';
  readonly preserve?: number;
}

/** Spatial-temporal smoothing of a momentum. */
export function sts(momentum: number, { granularity = 'tensor', preserve = PRESERVE }: Masks = {}) {
  return { kind: 'sts', momentum, preserve, granularity, ...WARM_UP } as const;
}

/** The spatial ensemble of the mean age of a moving average of a momentum. */
export function se(momentum: number) {
  return { kind: 'se', preserve: momentum, ...WARM_UP } as const;
}

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
