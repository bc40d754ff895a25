/**
 * FixMatch on CIFAR-10 in 2^15 steps: the paper's question on its own images, at a length that can be repeated.
 *
 * Paper: none of its cells; those are of runs 32 times as long (fixmatch-cifar10).
 * Expected: no published number.
 * Cost: tier gpu, 2.8e16 FLOP a run, minutes on a GPU of the H100 class; eight arms, 10 splits. Tier small, about 3
 * minutes a run on 2 CPU cores.
 * Command: npx nx run experiments:fixmatch-cifar10-short --gpu --precision bfloat16
 *
 * Tier small takes the same images at a size for two cores: npx nx run experiments:fixmatch-cifar10-short:small
 */
import { cifar10 } from '@spatial-ensemble/datasets';
import { fixmatch } from '@spatial-ensemble/fixmatch';
import { defineExperiment } from '@spatial-ensemble/study';
import { DATA, LABELS, ON_TWO_CORES } from './settings/fixmatch-cifar10-short.ts';
import {
  claimOfOwn,
  claimsOf,
  DESCRIPTION,
  GATES,
  ownOf,
  teachersAt,
  teachersOfTier,
} from './settings/fixmatch-teachers.ts';

// 1/(1 − m_eff) is a thirty-third of the steps.
const MOMENTUM = 0.998;
const SMALL_MOMENTUM = 0.94;
// STS of the mean age of these, which a pilot had as the best of two at tier small.
const [OWN, SMALL_OWN] = [0.996, 0.88];

const PLAN = {
  smallestEffect: 0.6,
  margin: 1,
  pairs: 10,
  stopping:
    'after 10 splits; then the standard deviation of the pairs is looked at without their signs, and more splits are declared where 10 would not find the smallest effect',
};

export default defineExperiment(
  fixmatch,
  {
    name: 'fixmatch-cifar10-short',
    title: 'FixMatch on CIFAR-10, a short run',
    description: `${DESCRIPTION} With 40 labels smoothing made no difference in a pilot on two cores, so tier small was run with 250.`,
    paper: [],
    cost: {
      gpuHours: 0.12,
      hardware: 'one GPU of the H100 class, bfloat16',
      basis: '2^15 steps · (512 · 3 + 448) images · 428.7 MFLOP = 2.8e16 FLOP at 65 TFLOP/s',
    },
    data: DATA,
    // The rest is the official FixMatch: WRN-28-2, 64 labelled and 448 unlabelled images a step.
    spec: { steps: 2 ** 15 },
    variants: LABELS,
    arms: { ...teachersAt(MOMENTUM), ...ownOf(OWN) },
    seeds: Array.from({ length: 10 }, (_, i) => i + 1),
    tiers: {
      gpu: {},
      small: {
        cost: { cpuMinutes: 3, hardware: '2 CPU cores', basis: 'that of fixmatch-small for images of 1,024 pixels' },
        patch: { spec: ON_TWO_CORES },
        arms: { ...teachersOfTier(SMALL_MOMENTUM), 'sts-own': ownOf(SMALL_OWN)['sts-own'].patch },
      },
    },
    headline: { metric: 'accuracy', whose: 'teacher', rule: 'last' },
    gates: GATES,
    claims: { ...claimsOf(PLAN), ...claimOfOwn(PLAN) },
  },
  { dataSets: [cifar10] },
);
