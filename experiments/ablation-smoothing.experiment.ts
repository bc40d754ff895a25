/**
 * TMA, SE and STS: is smoothing over space as good as over time, and are they better together?
 *
 * Paper: its ablations are "conducted on the ImageNet dataset and trained for 200 epochs unless noted otherwise"
 * (quoted by ri.k117.org; packages/teacher/README.md has the page); the numbers are not available to us.
 * Expected: no published number. The abstract says that SE alone is "comparable" and that the two are complementary.
 * Cost: said by the command before it starts, from the traced arithmetic.
 * Command: npx nx run experiments:ablation-smoothing --gpu
 */
import { byol } from '@spatial-ensemble/byol';
import { defineExperiment } from '@spatial-ensemble/study';
import { effectiveOf } from '@spatial-ensemble/teacher';
import { CODE, cosine, MOMENTUM, ON_IMAGENET, onClothes, PRESERVE, sts } from './settings/byol-imagenet.ts';

// A short run: 1/(1 − m_eff) is at most a twentieth of its 2,500 steps. Over a cosine, 1 − m is half its first value
// in the mean: 1 − 0.3 · 0.03 = 0.991 is 111 steps.
const SMALL_MOMENTUM = 0.94;

export default defineExperiment(
  byol,
  {
    name: 'ablation-smoothing',
    title: 'TMA, SE and STS',
    description:
      'The three kinds of smoothing, each beside the control that has its mean age. SE alone at the preserve probability of STS lags by two or three steps only (its mean age is p/(1 − p)), so that it is shown at preserve = m as well.',
    paper: [
      {
        table: 'ablation-smoothing',
        cell: 'tma',
        arm: 'tma',
        metric: 'linear-top1',
        expected: null,
        source: 'not available to us',
      },
      {
        table: 'ablation-smoothing',
        cell: 'se',
        arm: 'se',
        metric: 'linear-top1',
        expected: null,
        source: 'not available to us',
      },
      {
        table: 'ablation-smoothing',
        cell: 'sts',
        arm: 'sts',
        metric: 'linear-top1',
        expected: null,
        source: 'not available to us',
      },
    ],
    ...ON_IMAGENET,
    arms: {
      tma: { title: 'TMA' },
      'tma-effective': {
        title: 'TMA at the effective momentum of STS',
        role: 'control',
        patch: { spec: { teacher: { momentum: effectiveOf(sts(MOMENTUM)) } } },
      },
      se: {
        title: 'SE at p = m: the mean age of TMA',
        patch: { spec: { teacher: { kind: 'se', preserve: cosine(MOMENTUM) } } },
      },
      'se-young': {
        title: `SE at p = ${PRESERVE}, that of STS: a lag of two or three steps`,
        role: 'control',
        patch: { spec: { teacher: { kind: 'se', preserve: PRESERVE } } },
      },
      sts: {
        title: 'STS',
        patch: { spec: { teacher: sts(MOMENTUM) } },
      },
    },
    seeds: [1],
    tiers: {
      paper: {},
      small: {
        ...onClothes(SMALL_MOMENTUM),
        arms: {
          'tma-effective': { spec: { teacher: { momentum: effectiveOf(sts(SMALL_MOMENTUM)) } } },
          se: { spec: { teacher: { preserve: cosine(SMALL_MOMENTUM) } } },
          sts: { spec: { teacher: { momentum: cosine(SMALL_MOMENTUM) } } },
        },
      },
    },
    headline: { metric: 'linear-top1', whose: 'teacher', rule: 'last' },
  },
  CODE,
);
