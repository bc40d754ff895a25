import type { FixMatchInput } from '@spatial-ensemble/fixmatch';
import type { PatchOf, StudyOf } from '@spatial-ensemble/study';
import { effectiveOf } from '@spatial-ensemble/teacher';

// What the studies of FixMatch on CIFAR have in common, so that they differ in images, labels and network alone.

// The paper's p for FixMatch is 0.5 (packages/teacher/README.md, "Preserve probabilities of the paper"). Its momentum
// is not known to us; the official FixMatch's is 0.999 (google-research/fixmatch@d4985a15 fixmatch.py).
const MOMENTUM = 0.999;
const STS = { kind: 'sts', momentum: MOMENTUM, preserve: 0.5 } as const;

// A short run: 1/(1 − m_eff) is at most a twentieth of its steps. 1 − 0.5 · 0.03 = 0.985 is 67 steps of 1,500.
const SMALL_STEPS = 1500;
const SMALL_MOMENTUM = 0.97;
// Warmed up together, so that arms of one mean age lag alike from the first update on.
const WARM_UP = { warmUp: 'effective' } as const;

export const DESCRIPTION =
  'A pseudo-labelling teacher smoothed over time (tma), over space (se) and over both (sts). `tma-effective` has the momentum that ' +
  'sts has in expectation; without it, sts is confounded with a slower teacher.';

/** A number of labels, and what the FixMatch paper has for it: mean and standard deviation over five folds. */
export interface Labels {
  readonly variant: string;
  readonly labels: number;
  readonly published: number;
  readonly deviation: number;
}

const PUBLISHED = 'FixMatch paper (RandAugment, 5 folds), as quoted in github.com/kekmodel/FixMatch-pytorch';

/** The cells of the paper that a study stands for: its own numbers are not available to us, FixMatch's are. */
export function cellsOf(images: 'cifar10' | 'cifar100', variants: readonly Labels[]) {
  const table = 'fixmatch';
  return variants.flatMap(({ variant, labels, published, deviation }) => [
    { table, cell: `sts-${images}-${labels}`, arm: 'sts', variant, expected: null, source: 'not available to us' },
    {
      table,
      cell: `fixmatch-${images}-${labels}`,
      arm: 'fixmatch',
      variant,
      recipe: 'fixmatch',
      expected: published,
      spread: { standardDeviation: deviation, runs: 5, source: PUBLISHED },
      source: PUBLISHED,
    },
  ]);
}

/**
 * The official FixMatch (google-research/fixmatch@d4985a15 fixmatch.py, README.md): the student labels, and a moving
 * average is evaluated. What it says nothing of is the method's own value, which is its (packages/fixmatch/src/spec.ts).
 */
export function officialRecipes(more: FixMatchInput = {}) {
  return {
    fixmatch: {
      title: 'the official FixMatch',
      source: 'google-research/fixmatch@d4985a15 fixmatch.py, README.md',
      spec: { ...more, pseudoLabels: { from: 'student' }, teacher: { kind: 'tma', momentum: 0.999 } },
      data: { heldOut: 1 },
    },
  } satisfies StudyOf<FixMatchInput>['recipes'];
}

/** Who labels, and the teacher of an arm that says nothing else. */
export const TEACHING = {
  pseudoLabels: { from: 'teacher' },
  teacher: { kind: 'tma', momentum: MOMENTUM },
} as const satisfies FixMatchInput;

export const ARMS = {
  tma: { title: 'TMA' },
  'tma-effective': {
    title: 'TMA at the effective momentum of STS',
    role: 'control',
    patch: { spec: { teacher: { momentum: effectiveOf(STS) } } },
  },
  se: { title: 'SE at p = m', patch: { spec: { teacher: { kind: 'se', preserve: MOMENTUM } } } },
  sts: { title: 'STS', patch: { spec: { teacher: STS } } },
  // What the published numbers are of.
  fixmatch: {
    title: 'original FixMatch: the student labels',
    role: 'reference',
    patch: { spec: { pseudoLabels: { from: 'student' } } },
  },
} as const;

export const HARDWARE = 'one GPU of 60 TFLOP/s (float32 or TF32)';

/**
 * The same arms on the embedded photographs of clothes, in minutes on two cores: that everything fits together.
 *
 * @param network what has to be said of it beside: where a study's own network is not that of CIFAR-10.
 */
export function onClothes(network: { readonly width?: number; readonly classes?: number } = {}) {
  return {
    data: { source: 'fashion-mnist', images: 'embedded' },
    spec: {
      steps: SMALL_STEPS,
      batch: { labelled: 16 },
      network: { depth: 10, ...network, stemStride: 2, channels: 1, batchNorm: { decay: 0.95 } },
      augment: { cutout: 14 },
      teacher: { momentum: SMALL_MOMENTUM, ...WARM_UP },
    } satisfies PatchOf<FixMatchInput>,
  } as const;
}

export const SMALL_ARMS = {
  'tma-effective': { spec: { teacher: { momentum: effectiveOf({ ...STS, momentum: SMALL_MOMENTUM }) } } },
  se: { spec: { teacher: { preserve: SMALL_MOMENTUM, ...WARM_UP } } },
  sts: { spec: { teacher: { momentum: SMALL_MOMENTUM, ...WARM_UP } } },
};
