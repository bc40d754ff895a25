/**
 * Granularity of the fragments: what should one draw decide?
 *
 * Paper: its ablations are "conducted on the ImageNet dataset and trained for 200 epochs unless noted otherwise"
 * (quoted by ri.k117.org; packages/teacher/README.md has the page); the numbers are not available to us.
 * Expected: no published number. All arms have the same effective momentum; they differ in how large a fragment moves at once.
 * Cost: said by the command before it starts, from the traced arithmetic.
 * Command: npx nx run experiments:ablation-granularity --gpu
 */
import { byol } from '@spatial-ensemble/byol';
import { defineExperiment } from '@spatial-ensemble/study';
import { effectiveOf } from '@spatial-ensemble/teacher';
import { CODE, cosine, MOMENTUM, ON_IMAGENET, onClothes, sts } from './settings/byol-imagenet.ts';

// A short run: 1/(1 − m_eff) is at most a twentieth of its 2,500 steps. Over a cosine, 1 − m is half its first value
// in the mean: 1 − 0.3 · 0.03 = 0.991 is 111 steps.
const SMALL_MOMENTUM = 0.94;

export default defineExperiment(
  byol,
  {
    name: 'ablation-granularity',
    title: 'Granularity of the fragments',
    description:
      'STS with fragments of different size: a tensor, all tensors of a layer, a channel, a single weight, and the network as a whole, which is the same law for each weight without stitches. `tma-effective` is the limit of ever smaller fragments, drawn ever more often: the moving average of the same mean age.',
    paper: [
      {
        table: 'ablation-granularity',
        cell: 'sweep',
        metric: 'linear-top1',
        expected: null,
        source: 'not available to us',
      },
    ],
    ...ON_IMAGENET,
    arms: {
      tensor: {
        title: 'a draw for each tensor (the official code)',
        patch: {
          spec: { teacher: { ...sts(MOMENTUM), granularity: 'tensor' } },
        },
      },
      layer: {
        title: 'a draw for each layer',
        patch: {
          spec: { teacher: { ...sts(MOMENTUM), granularity: 'layer' } },
        },
      },
      channel: {
        title: 'a draw for each channel',
        patch: {
          spec: { teacher: { ...sts(MOMENTUM), granularity: 'channel' } },
        },
      },
      neuron: {
        title: 'a draw for each weight',
        patch: {
          spec: { teacher: { ...sts(MOMENTUM), granularity: 'neuron' } },
        },
      },
      network: {
        title: 'one draw for the whole network',
        role: 'control',
        patch: {
          spec: { teacher: { ...sts(MOMENTUM), granularity: 'network' } },
        },
      },
      'tma-effective': {
        title: 'no masks: TMA at the effective momentum',
        role: 'control',
        patch: { spec: { teacher: { momentum: effectiveOf(sts(MOMENTUM)) } } },
      },
    },
    seeds: [1],
    tiers: {
      paper: {},
      small: {
        ...onClothes(SMALL_MOMENTUM),
        arms: {
          tensor: { spec: { teacher: { momentum: cosine(SMALL_MOMENTUM) } } },
          layer: { spec: { teacher: { momentum: cosine(SMALL_MOMENTUM) } } },
          channel: { spec: { teacher: { momentum: cosine(SMALL_MOMENTUM) } } },
          neuron: { spec: { teacher: { momentum: cosine(SMALL_MOMENTUM) } } },
          network: { spec: { teacher: { momentum: cosine(SMALL_MOMENTUM) } } },
          'tma-effective': { spec: { teacher: { momentum: effectiveOf(sts(SMALL_MOMENTUM)) } } },
        },
      },
    },
    headline: { metric: 'linear-top1', whose: 'teacher', rule: 'last' },
  },
  CODE,
);
