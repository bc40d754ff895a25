/**
 * BYOL on ImageNet: does a spatial-temporal teacher give better features than a moving average?
 *
 * Paper: BYOL + STS, ResNet-50, linear evaluation: 72.7 / 90.9 after 200 epochs, 73.0 / 91.3 after 300, 74.5 / 91.8
 * after 1,000 (official code, Readme). Its own baselines are not available to us.
 * Expected: arm sts near 72.7 after 200 epochs; arm tma beside the 72.3 that Momentum² Teacher reports with the same code
 * base and momentum batch norm, which is another publication's number. All of them are the best on the test images, of one
 * run, so that no tolerance is known and none is judged; ours so taken stands beside.
 * Cost: said by the command before it starts, from the traced arithmetic.
 * Command: npx nx run experiments:byol-imagenet --gpu
 *
 * Tier small shows on photographs of clothes that everything fits together, in minutes on two cores. It answers nothing:
 * its features stay below raw pixels.
 * npx nx run experiments:byol-imagenet:small
 */
import { byol, RECIPES } from '@spatial-ensemble/byol';
import { defineExperiment } from '@spatial-ensemble/study';
import { effectiveOf } from '@spatial-ensemble/teacher';
import { CODE, cosine, MOMENTUM, ON_IMAGENET, onClothes, sts } from './settings/byol-imagenet.ts';

// A short run: 1/(1 − m_eff) is at most a twentieth of its 2,500 steps. Over a cosine, 1 − m is half its first value
// in the mean: 1 − 0.3 · 0.03 = 0.991 is 111 steps. No warm-up of the momentum, as the codes have none: it is smallest at
// the start anyway, where 1 − 0.3 · 0.06 = 0.982 is 56 steps, 2 % of the run.
const SMALL_MOMENTUM = 0.94;

const OFFICIAL = 'github.com/tengteng95/Spatial_Ensemble @ e94a54b, Readme.md';
// DeepMind's recipe whole; its teacher is for the arms to say.
const { teacher: _, ...DEEPMIND } = RECIPES.byol;

const MOMENTUM2 = 'another publication: github.com/zengarden/momentum2-teacher @ 0b5927d, Readme.md';
// Both are the best of the evaluations every ten epochs on the validation set (tengteng95/Spatial_Ensemble@e94a54b
// linear_eval_exp_byol.py), of one run each, and nobody says how much runs differ: shown beside ours, never judged.
const BEST = { rule: 'best-on-test' } as const;
const VARIANTS = [
  { variant: 'epochs-200', epochs: 200, top1: 72.7, top5: 90.9, momentum2: 72.3 },
  { variant: 'epochs-300', epochs: 300, top1: 73.0, top5: 91.3, momentum2: 72.9 },
  { variant: 'epochs-1000', epochs: 1000, top1: 74.5, top5: 91.8 },
];

export default defineExperiment(
  byol,
  {
    name: 'byol-imagenet',
    title: 'BYOL: features without labels',
    description:
      'The same student with teachers that follow it over time (tma), over space (se) and over both (sts). `tma-effective` has the momentum that sts has in expectation; without it, sts is confounded with a slower teacher. `none` is BYOL without a smoothed teacher (τ = 0), which collapses or stays behind.',
    paper: VARIANTS.flatMap(({ variant, epochs, top1, top5, momentum2 }) => [
      {
        table: 'imagenet-linear',
        cell: `byol-sts-${epochs}-top1`,
        arm: 'sts',
        variant,
        metric: 'linear-top1',
        recipe: variant,
        expected: top1,
        ...BEST,
        source: OFFICIAL,
      },
      {
        table: 'imagenet-linear',
        cell: `byol-sts-${epochs}-top5`,
        arm: 'sts',
        variant,
        metric: 'linear-top5',
        recipe: variant,
        expected: top5,
        ...BEST,
        source: OFFICIAL,
      },
      {
        table: 'imagenet-linear',
        cell: `byol-tma-${epochs}-top1`,
        arm: 'tma',
        variant,
        metric: 'linear-top1',
        expected: null,
        source: 'not available to us',
      },
      // The paper's code base before STS, with momentum batch norm and the same linear evaluation: beside ours, not a target.
      ...(momentum2 === undefined
        ? []
        : [
            {
              table: 'imagenet-linear',
              cell: `momentum2-${epochs}-top1`,
              arm: 'tma',
              variant,
              metric: 'linear-top1',
              expected: momentum2,
              ...BEST,
              source: MOMENTUM2,
            },
          ]),
    ]),
    recipes: Object.fromEntries(
      VARIANTS.map(({ variant, epochs }) => [
        variant,
        {
          title: `the official STS code, ${epochs} epochs`,
          source: 'tengteng95/Spatial_Ensemble@e94a54b exps/sts, tools/train.py',
          spec: { ...RECIPES.momentum2, epochs },
        },
      ]),
    ),
    ...ON_IMAGENET,
    variants: {
      'epochs-200': { title: '200 epochs' },
      // A small run has a number of steps of its own, whatever the variant.
      'epochs-300': { title: '300 epochs', patch: { spec: { epochs: 300 } }, tiers: ['paper', 'smoke'] },
      'epochs-1000': { title: '1,000 epochs', patch: { spec: { epochs: 1000 } }, tiers: ['paper', 'smoke'] },
      'deepmind-300': {
        title: "300 epochs by DeepMind's recipe and protocol",
        // DM evaluates the online network, and reports the last epoch.
        patch: {
          spec: DEEPMIND,
          evaluations: { linear: { spec: { protocol: 'byol', whose: 'student', checkpoint: 'last' } } },
        },
        tiers: ['paper', 'smoke'],
      },
    },
    arms: {
      tma: { title: 'TMA' },
      'tma-effective': {
        title: 'TMA at the effective momentum of STS',
        role: 'control',
        patch: { spec: { teacher: { momentum: effectiveOf(sts(MOMENTUM)) } } },
      },
      se: { title: 'SE at p = m', patch: { spec: { teacher: { kind: 'se', preserve: cosine(MOMENTUM) } } } },
      sts: {
        title: 'STS',
        patch: { spec: { teacher: sts(MOMENTUM) } },
      },
      none: {
        title: 'none: the student teaches itself',
        role: 'reference',
        patch: { spec: { teacher: { kind: 'none' } } },
      },
    },
    seeds: [1],
    tiers: {
      paper: {
        plainArms: ['tma', 'tma-effective', 'sts'],
        // Beside the last epoch, what the published numbers are.
        patch: { evaluations: { linear: { spec: { checkpoint: 'best-on-test' } } } },
      },
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
