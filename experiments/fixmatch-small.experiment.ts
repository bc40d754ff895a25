/**
 * FixMatch with 40 labels on photographs of clothes: the paper's question at a size that two cores can repeat.
 *
 * Paper: none of its cells. That spatial-temporal smoothing helps, and that the spatial ensemble alone is comparable to a
 * moving average, is what its abstract says of larger settings.
 * Expected: fixmatch-small-pilot chooses the momentum and says how much paired differences spread.
 * Cost: about 2 minutes a run on 2 CPU cores; eight arms, 20 seeds.
 * Command: npx nx run experiments:fixmatch-small
 */
import { fashionMnist } from '@spatial-ensemble/datasets';
import { fixmatch } from '@spatial-ensemble/fixmatch';
import { defineExperiment } from '@spatial-ensemble/study';
import { effectiveMomentum } from '@spatial-ensemble/smoothing';
import { MOMENTUM, NONE, ON_CLOTHES, PRESERVE, se, sts, tma } from './settings/fixmatch-small.ts';

/** The primary comparisons share their gate, their number of pairs and when it is raised. */
const PRIMARY = {
  alternative: { kind: 'two-sided' as const },
  // What 20 pairs find four times in five where their differences have a standard deviation of 0.92.
  smallestEffect: 0.6,
  family: 'primary' as const,
  gates: ['smoothing-matters'],
  pairs: 20,
  stopping:
    'after 20 splits; once 10 are there, the standard deviation of the pairs is looked at without their signs, and more splits are declared where 20 would not find the smallest effect',
};

export default defineExperiment(
  fixmatch,
  {
    name: 'fixmatch-small',
    title: 'FixMatch with 40 labels on photographs of clothes',
    description:
      'A pseudo-labelling teacher smoothed over time (tma), over space (se) and over both (sts). `tma` shares the momentum of `sts`, ' +
      '`tma-effective` its mean age, `sts-network` both and the law of each weight, but no stitches: one draw decides for all tensors.',
    paper: [],
    cost: { cpuMinutes: 2, hardware: '2 CPU cores', basis: 'that of quickstart, at 700 steps' },
    ...ON_CLOTHES,
    arms: {
      none: { title: 'none: the student teaches itself', role: 'reference', patch: { spec: NONE } },
      tma: { title: 'TMA', patch: { spec: { teacher: tma(MOMENTUM) } } },
      'tma-effective': {
        title: 'TMA at the effective momentum of STS',
        role: 'control',
        patch: { spec: { teacher: tma(effectiveMomentum(MOMENTUM, PRESERVE)) } },
      },
      sts: { title: 'STS', patch: { spec: { teacher: sts(MOMENTUM) } } },
      'sts-network': {
        title: 'STS, one draw for all tensors',
        role: 'control',
        patch: { spec: { teacher: sts(MOMENTUM, { granularity: 'network' }) } },
      },
      se: { title: 'SE at p = m', patch: { spec: { teacher: se(MOMENTUM) } } },
      fixmatch: {
        title: 'original FixMatch: the student labels',
        role: 'reference',
        patch: { spec: { teacher: tma(MOMENTUM), pseudoLabels: { from: 'student' } } },
      },
      supervised: {
        title: 'supervised on the same labels',
        role: 'reference',
        patch: { spec: { ...NONE, pseudoLabels: { from: 'none' } } },
      },
    },
    // From 1 on; those of the pilots, 101 to 108 and 201 to 205, are not among them.
    seeds: Array.from({ length: 20 }, (_, i) => i + 1),
    tiers: { small: {} },
    headline: { metric: 'accuracy', whose: 'teacher', rule: 'last' },
    gates: {
      'smoothing-matters': {
        kind: 'difference',
        title: 'a smoothed teacher labels better than the student itself',
        compare: { arm: 'tma', over: 'none' },
      },
    },
    claims: {
      'sts-over-tma': {
        ...PRIMARY,
        hypothesis: 'STS differs from TMA of the same momentum',
        compare: { arm: 'sts', over: 'tma' },
      },
      'sts-over-tma-effective': {
        ...PRIMARY,
        hypothesis: 'STS differs from TMA of the same mean age',
        compare: { arm: 'sts', over: 'tma-effective' },
      },
      'sts-over-network': {
        ...PRIMARY,
        hypothesis: 'Stitching matters: STS differs from the same with one draw for all tensors',
        compare: { arm: 'sts', over: 'sts-network' },
      },
      'se-like-tma': {
        ...PRIMARY,
        hypothesis: 'SE alone is comparable to TMA of the same mean age',
        compare: { arm: 'se', over: 'tma' },
        alternative: { kind: 'equivalent', margin: 1 },
        family: 'secondary',
      },
    },
  },
  { dataSets: [fashionMnist] },
);
