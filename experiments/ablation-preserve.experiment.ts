/**
 * Preserve probability: how much of the teacher should an update keep?
 *
 * Paper: its ablations are "conducted on the ImageNet dataset and trained for 200 epochs unless noted otherwise"
 * (quoted by ri.k117.org; packages/teacher/README.md has the page); the numbers are not available to us.
 * Expected: no published number. The series at fixed m_eff says what masks do beyond a slower teacher.
 * Cost: said by the command before it starts, from the traced arithmetic.
 * Command: npx nx run experiments:ablation-preserve --gpu
 */
import { byol } from '@spatial-ensemble/byol';
import { effectiveMomentum } from '@spatial-ensemble/smoothing';
import { defineExperiment } from '@spatial-ensemble/study';
import { CODE, cosine, MOMENTUM, ON_IMAGENET, onClothes, PRESERVE } from './settings/byol-imagenet.ts';

const EFFECTIVE = effectiveMomentum(MOMENTUM, PRESERVE);

// A short run: 1/(1 − m_eff) is at most a twentieth of its 2,500 steps in every arm. Over a cosine, 1 − m is half its
// first value in the mean; the slowest, p = 0.9, has 1 − 0.1 · 0.08 = 0.992, which is 125 steps.
const SMALL_MOMENTUM = 0.84;
const SMALL_EFFECTIVE = effectiveMomentum(SMALL_MOMENTUM, PRESERVE);

/** The momentum that has a given effective momentum under a preserve probability. */
function momentumFor(wanted: number, preserve: number): number {
  return 1 - (1 - wanted) / (1 - preserve);
}

export default defineExperiment(
  byol,
  {
    name: 'ablation-preserve',
    title: 'Preserve probability',
    description:
      'STS over the preserve probability p: one series at fixed momentum m, where a larger p is a slower teacher too, and one at fixed effective momentum, where it is not. Both hold p = 0.7 (arm p-70).',
    paper: [
      {
        table: 'ablation-preserve',
        cell: 'sweep',
        metric: 'linear-top1',
        expected: null,
        source: 'not available to us',
      },
    ],
    ...ON_IMAGENET,
    arms: {
      'p-0': { title: 'p = 0: TMA' },
      'p-30': {
        title: 'p = 0.3',
        patch: { spec: { teacher: { kind: 'sts', momentum: cosine(MOMENTUM), preserve: 0.3 } } },
      },
      'p-50': {
        title: 'p = 0.5',
        patch: { spec: { teacher: { kind: 'sts', momentum: cosine(MOMENTUM), preserve: 0.5 } } },
      },
      'p-70': {
        title: 'p = 0.7',
        patch: { spec: { teacher: { kind: 'sts', momentum: cosine(MOMENTUM), preserve: 0.7 } } },
      },
      'p-90': {
        title: 'p = 0.9',
        patch: { spec: { teacher: { kind: 'sts', momentum: cosine(MOMENTUM), preserve: 0.9 } } },
      },
      'effective-0': {
        title: 'TMA at m_eff',
        role: 'control',
        patch: { spec: { teacher: { momentum: cosine(EFFECTIVE) } } },
      },
      'effective-30': {
        title: 'p = 0.3, at m_eff',
        role: 'control',
        patch: { spec: { teacher: { kind: 'sts', momentum: cosine(momentumFor(EFFECTIVE, 0.3)), preserve: 0.3 } } },
      },
      'effective-50': {
        title: 'p = 0.5, at m_eff',
        role: 'control',
        patch: { spec: { teacher: { kind: 'sts', momentum: cosine(momentumFor(EFFECTIVE, 0.5)), preserve: 0.5 } } },
      },
      'effective-90': {
        title: 'p = 0.9, at m_eff',
        role: 'control',
        patch: { spec: { teacher: { kind: 'sts', momentum: cosine(momentumFor(EFFECTIVE, 0.9)), preserve: 0.9 } } },
      },
    },
    seeds: [1],
    tiers: {
      paper: {},
      small: {
        ...onClothes(SMALL_MOMENTUM),
        arms: {
          'p-30': { spec: { teacher: { momentum: cosine(SMALL_MOMENTUM) } } },
          'p-50': { spec: { teacher: { momentum: cosine(SMALL_MOMENTUM) } } },
          'p-70': { spec: { teacher: { momentum: cosine(SMALL_MOMENTUM) } } },
          'p-90': { spec: { teacher: { momentum: cosine(SMALL_MOMENTUM) } } },
          'effective-0': { spec: { teacher: { momentum: cosine(SMALL_EFFECTIVE) } } },
          'effective-30': { spec: { teacher: { momentum: cosine(momentumFor(SMALL_EFFECTIVE, 0.3)) } } },
          'effective-50': { spec: { teacher: { momentum: cosine(momentumFor(SMALL_EFFECTIVE, 0.5)) } } },
          'effective-90': { spec: { teacher: { momentum: cosine(momentumFor(SMALL_EFFECTIVE, 0.9)) } } },
        },
      },
    },
    headline: { metric: 'linear-top1', whose: 'teacher', rule: 'last' },
  },
  CODE,
);
