import type { FixMatchInput } from '@spatial-ensemble/fixmatch';

// What tier small of fixmatch-cifar10-short and its pilot have in common.

/** 40 labels; the other images without theirs. */
export const DATA = { source: 'cifar10', labelled: 40, unlabelled: 'all', heldOut: 500 } as const;

/** The numbers of labels that are asked about. */
export const LABELS = {
  'labels-40': { title: '40 labels' },
  'labels-250': { title: '250 labels', patch: { data: { labelled: 250 } } },
} as const;

/** Network and length that two cores can repeat; the rest is the official FixMatch. */
export const ON_TWO_CORES = {
  steps: 1000,
  batch: { labelled: 16 },
  network: { depth: 10, stemStride: 2, batchNorm: { decay: 0.95 } },
} as const satisfies FixMatchInput;
