import type { FixMatchInput } from '@spatial-ensemble/fixmatch';
import { ON_CLOTHES } from './fixmatch-small.ts';

// What the study of FixMatch's robustness and its pilot have in common.

/** That of fixmatch-small with fewer unlabelled images a step, so that an adversary and attacks fit into minutes. */
export const ON_CLOTHES_IN_MINUTES = {
  ...ON_CLOTHES,
  spec: { ...ON_CLOTHES.spec, batch: { labelled: 16, unlabelledRatio: 4 } },
} as const;

/**
 * One step from a random start, by a quarter more than epsilon (Wong et al. 2020, arXiv 2001.03994, algorithm 3 and
 * section 4.1): a step of training costs less than twice as much as without.
 */
export const ADVERSARIAL = {
  norm: 'linf',
  epsilon: 8 / 255,
  stepSize: 10 / 255,
  steps: 1,
} as const satisfies FixMatchInput['adversarial'];

/**
 * Attacks at a size for one core: of 500 images an accuracy of 50 % has a standard error of 2.2 points, and the difference
 * of two networks that disagree about one image in twenty one of 1 point.
 */
export const ATTACKS = {
  images: 500,
  norm: 'linf',
  units: '0..255',
  pgd: { steps: 10 },
  apgd: { steps: 20 },
  square: { queries: 100 },
} as const;

/**
 * Epsilons of PGD. Within 64/255 few images are left, and within the whole range none should be. 8 costs nothing: it is
 * tried there anyway.
 */
export const CURVE = [8, 16, 32, 64, 255];

/** Those of the fifteen of CIFAR-10-C (arXiv 1903.12261) that are here; named, so that a longer list is another study. */
export const KINDS = [
  'gaussian-noise',
  'shot-noise',
  'impulse-noise',
  'defocus-blur',
  'glass-blur',
  'motion-blur',
  'zoom-blur',
  'snow',
  'fog',
  'brightness',
  'contrast',
  'elastic-transform',
  'pixelate',
  'jpeg-compression',
] as const;

/** Of these images fewer: all kinds of one severity take 3 seconds of one core, and the networks about as long. */
export const CORRUPTIONS = { images: 300, style: 'cifar' } as const;

/**
 * The whole test set of CIFAR-10 by AutoAttack's numbers (fra31/auto-attack@6d836dfa autoattack/autoattack.py, standard):
 * 100 steps of APGD, 5,000 queries of Square, a start each.
 *
 * DEVIATION (robustness-fixmatch, robustness-byol): AutoAttack's APGD on targets and its FAB are not here; APGD on the untargeted
 * ratio of logits, FGSM and PGD are in their place.
 */
export const WHOLE = {
  spec: {
    attacks: { images: 10_000, apgd: { steps: 100 }, square: { queries: 5000 } },
    corruptions: { images: 10_000 },
  },
} as const;

/** The arms whose teacher is another network than the student. */
export const TEACHERS = ['tma', 'tma-effective', 'se', 'sts'] as const;
