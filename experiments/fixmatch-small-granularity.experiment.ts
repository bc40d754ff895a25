/**
 * Granularity of the fragments on the setting of fixmatch-small: what should one draw decide?
 *
 * Paper: none of its cells; its own ablation is on ImageNet (ablation-granularity).
 * Expected: no published number. All arms have the same momentum, preserve probability and mean age; they differ in how
 * large a fragment moves at once.
 * Cost: about 2 minutes a run on 2 CPU cores; five arms, 5 seeds. `tensor` and `network` are runs of fixmatch-small, and
 * not made twice.
 * Command: npx nx run experiments:fixmatch-small-granularity
 */
import { fashionMnist } from '@spatial-ensemble/datasets';
import { fixmatch } from '@spatial-ensemble/fixmatch';
import { defineExperiment } from '@spatial-ensemble/study';
import { MOMENTUM, ON_CLOTHES } from './settings/fixmatch-small.ts';
import { sts } from './settings/fixmatch-teachers.ts';

export default defineExperiment(
  fixmatch,
  {
    name: 'fixmatch-small-granularity',
    title: 'Granularity of the fragments, FixMatch with 40 labels',
    description:
      'STS with fragments of different size, from the network as a whole, which is the same law for each weight without stitches, to a single weight.',
    paper: [],
    cost: { cpuMinutes: 2, hardware: '2 CPU cores', basis: 'that of quickstart, at 700 steps' },
    ...ON_CLOTHES,
    arms: {
      network: {
        title: 'one draw for the whole network',
        role: 'control',
        patch: { spec: { teacher: sts(MOMENTUM, { granularity: 'network' }) } },
      },
      layer: { title: 'a draw for each layer', patch: { spec: { teacher: sts(MOMENTUM, { granularity: 'layer' }) } } },
      tensor: {
        title: 'a draw for each tensor (the official code)',
        patch: { spec: { teacher: sts(MOMENTUM, { granularity: 'tensor' }) } },
      },
      channel: {
        title: 'a draw for each channel',
        patch: { spec: { teacher: sts(MOMENTUM, { granularity: 'channel' }) } },
      },
      neuron: {
        title: 'a draw for each weight',
        patch: { spec: { teacher: sts(MOMENTUM, { granularity: 'neuron' }) } },
      },
    },
    seeds: [2, 3, 4, 5, 6],
    tiers: { small: {} },
    headline: { metric: 'accuracy', whose: 'teacher', rule: 'last' },
    factors: {
      granularity: {
        title: 'granularity',
        series: [
          {
            title: 'from one draw for all to one for each weight',
            levels: [
              { arm: 'network', level: 'network' },
              { arm: 'layer', level: 'layer' },
              { arm: 'tensor', level: 'tensor' },
              { arm: 'channel', level: 'channel' },
              { arm: 'neuron', level: 'weight' },
            ],
          },
        ],
        seeds: 5,
        stopping: 'after 5 splits',
      },
    },
    // Said after the runs: no arm here teaches itself, and fixmatch-small asks it of the same images, network and steps.
    standsOn: [{ study: 'fixmatch-small', gate: 'smoothing-matters' }],
  },
  { dataSets: [fashionMnist] },
);
