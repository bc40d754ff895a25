import { fashionMnist, imageNet } from '@spatial-ensemble/datasets';
import { byol, RECIPES, type ByolInput } from '@spatial-ensemble/byol';
import { knnMeasurement, linearEvaluation } from '@spatial-ensemble/evaluation';
import type { PatchOf } from '@spatial-ensemble/study';

// What the studies of BYOL on ImageNet have in common, so that they differ in what they study alone.

/**
 * m = 0.99 by a cosine to 1 (tengteng95/Spatial_Ensemble@e94a54b spatial_ensemble/models/m2_teacher.py:51-54), p = 0.7
 * (its tools/train.py:37, and packages/teacher/README.md, "Preserve probabilities of the paper").
 */
export const MOMENTUM = 0.99;
export const PRESERVE = 0.7;

/** A momentum that grows to 1 by half a cosine. */
export function cosine(value: number): { readonly kind: 'cosine'; readonly value: number } {
  return { kind: 'cosine', value };
}

/** The official STS code's teacher, from another momentum at a smaller size. */
export function sts(momentum: number) {
  return { kind: 'sts', momentum: cosine(momentum), preserve: PRESERVE } as const;
}

/** The official STS code's recipe with a moving average in the place of its teacher. */
const SPEC: ByolInput = { ...RECIPES.momentum2, teacher: { kind: 'tma', momentum: cosine(MOMENTUM) } };

const DATA = { source: 'imagenet', labelled: 'all', unlabelled: 'all', heldOut: 0 };

const COST = {
  flopPerSecond: 15e12,
  hardware: 'one GPU of 60 TFLOP/s (float32 or TF32)',
  basis: 'traced arithmetic at a quarter of 60 TFLOP/s',
};

const CLOTHES = { classes: 10, images: 10_000, augment: { kind: 'none' } } as const;

/**
 * The STS code's protocol on the teacher's encoder; and what it comes to without any training before it, where that
 * takes seconds. On ImageNet each of those would take as long as the evaluation itself; the nearest neighbours' sanity
 * rows stand there too.
 */
const EVALUATIONS = {
  linear: {
    title: 'linear evaluation',
    method: 'linear',
    whose: 'teacher' as const,
    spec: { protocol: 'sts', classes: 1000, images: 1_281_167 },
  },
  'linear-untrained': {
    title: 'the same of the untrained encoder',
    method: 'linear',
    whose: 'untrained' as const,
    spec: { protocol: 'sts', ...CLOTHES },
    tiers: ['small' as const],
  },
  'linear-pixels': {
    title: 'the same of raw pixels',
    method: 'linear',
    whose: 'untrained' as const,
    spec: { protocol: 'sts', ...CLOTHES, input: { kind: 'pixels', count: 28 * 28 } },
    tiers: ['small' as const],
  },
};

/** A study's questions on ImageNet. */
export const ON_IMAGENET = {
  cost: COST,
  data: DATA,
  spec: SPEC,
  evaluations: EVALUATIONS,
  measurements: { knn: { k: 200, temperature: 0.1, bank: 50_000 } },
};

const linear = linearEvaluation(byol);

/** The code behind both. */
export const CODE = {
  dataSets: [fashionMnist, imageNet],
  evaluations: { linear, 'linear-untrained': linear, 'linear-pixels': linear },
  measurements: { knn: knnMeasurement },
};

/** Updates at the size of two cores. */
const SMALL_STEPS = 2500;

const SMALL_PATCH = {
  data: { source: 'fashion-mnist', images: 'embedded' },
  spec: {
    steps: SMALL_STEPS,
    images: 10_000,
    batch: 64,
    network: {
      block: 'basic',
      units: [2, 2, 2],
      width: 16,
      stem: 'cifar-stride-2',
      channels: 1,
      projector: { hidden: 256, outputs: 64 },
      predictor: { hidden: 256, outputs: 64 },
      mean: [0.286],
      deviation: [0.353],
    },
    // Clothes of 28 grey pixels: no crop of a twelfth (from 0.2 on, nearest neighbours are worse than raw pixels), no
    // colours, and no blur that leaves nothing.
    views: {
      size: 28,
      scale: [0.5, 1],
      jitter: { saturation: 0, hue: 0 },
      grayscale: 0,
      blur: [0.5, 0.1],
      evaluationResize: null,
    },
    optimiser: { learningRate: 0.4, weightDecay: 5e-4 },
    warmUp: { epochs: 1 },
    probe: { classes: 10 },
  } satisfies PatchOf<ByolInput>,
  evaluations: { linear: { spec: CLOTHES } },
  measurements: { knn: { bank: 10_000 } },
};

const SMALL_COST = { cpuMinutes: 5, hardware: '2 CPU cores', basis: 'measured: 80 to 100 ms a step' };

/** Why no arm is better than another on photographs of clothes. */
export const WIRING =
  'on photographs of clothes BYOL’s features stay below raw pixels, so that the runs show that everything fits together, and no arm is better than another.';

/**
 * Wiring, on photographs of clothes in minutes on two cores, with a teacher of this momentum at the start. Warm-up is that
 * of ImageNet's recipes: the momentum grows by a cosine, and 1/(1 − m_eff) is a twentieth of the steps at most.
 */
export function onClothes(momentum: number) {
  return {
    cost: SMALL_COST,
    wiring: WIRING,
    patch: { ...SMALL_PATCH, spec: { ...SMALL_PATCH.spec, teacher: { momentum: cosine(momentum) } } },
  };
}
