/**
 * Preserve probability on the setting of fixmatch-small: how much of the teacher should an update keep?
 *
 * Paper: none of its cells; its own ablation is on ImageNet (ablation-preserve).
 * Expected: no published number. At the same momentum a larger p is a slower teacher too; the series at the same effective
 * momentum says what masks do beyond that.
 * Cost: about 2 minutes a run on 2 CPU cores; nine arms, 5 seeds. `effective-0` and `effective-50` are declared as
 * tma-effective and sts of fixmatch-small are. Its accepted runs were made with AVX2, those of this study with AVX-512,
 * whose last bits differ: so these ten were made again, and either study lists the other's as “Not counted”.
 * Command: npx nx run experiments:fixmatch-small-preserve
 */
import { fashionMnist } from '@spatial-ensemble/datasets';
import { fixmatch } from '@spatial-ensemble/fixmatch';
import { effectiveMomentum } from '@spatial-ensemble/smoothing';
import { defineExperiment } from '@spatial-ensemble/study';
import { MOMENTUM, ON_CLOTHES } from './settings/fixmatch-small.ts';
import { PRESERVE, sts, tma } from './settings/fixmatch-teachers.ts';

/** The effective momentum of STS in fixmatch-small; the slowest teacher that forgets its start in so short a run. */
const EFFECTIVE = effectiveMomentum(MOMENTUM, PRESERVE);

/** The momentum that has this effective momentum under a preserve probability. */
function momentumFor(preserve: number): number {
  return 1 - (1 - EFFECTIVE) / (1 - preserve);
}

/** So that the slowest of the series, p = 0.9, is at `EFFECTIVE`, where both series meet. */
const FIXED = momentumFor(0.9);

export default defineExperiment(
  fixmatch,
  {
    name: 'fixmatch-small-preserve',
    title: 'Preserve probability, FixMatch with 40 labels',
    description:
      'STS over the preserve probability p: one series at the same momentum m, where a larger p is a slower teacher too, and one at the same effective momentum, where it is not. Both hold p = 0.9 (arm `p-90`).',
    paper: [],
    cost: { cpuMinutes: 2, hardware: '2 CPU cores', basis: 'that of quickstart, at 700 steps' },
    ...ON_CLOTHES,
    arms: {
      'p-0': { title: 'p = 0: TMA', patch: { spec: { teacher: tma(FIXED) } } },
      'p-30': { title: 'p = 0.3', patch: { spec: { teacher: sts(FIXED, { preserve: 0.3 }) } } },
      'p-50': { title: 'p = 0.5', patch: { spec: { teacher: sts(FIXED, { preserve: 0.5 }) } } },
      'p-70': { title: 'p = 0.7', patch: { spec: { teacher: sts(FIXED, { preserve: 0.7 }) } } },
      'p-90': { title: 'p = 0.9', patch: { spec: { teacher: sts(FIXED, { preserve: 0.9 }) } } },
      'effective-0': {
        title: 'TMA at m_eff',
        role: 'control',
        patch: { spec: { teacher: tma(EFFECTIVE) } },
      },
      'effective-30': {
        title: 'p = 0.3, at m_eff',
        role: 'control',
        patch: { spec: { teacher: sts(momentumFor(0.3), { preserve: 0.3 }) } },
      },
      'effective-50': {
        title: 'p = 0.5, at m_eff',
        role: 'control',
        patch: { spec: { teacher: sts(MOMENTUM, { preserve: PRESERVE }) } },
      },
      'effective-70': {
        title: 'p = 0.7, at m_eff',
        role: 'control',
        patch: { spec: { teacher: sts(momentumFor(0.7), { preserve: 0.7 }) } },
      },
    },
    seeds: [2, 3, 4, 5, 6],
    tiers: { small: {} },
    headline: { metric: 'accuracy', whose: 'teacher', rule: 'last' },
    factors: {
      preserve: {
        title: 'preserve probability',
        series: [
          {
            title: 'at the same momentum',
            levels: [
              { arm: 'p-0', level: 0 },
              { arm: 'p-30', level: 0.3 },
              { arm: 'p-50', level: 0.5 },
              { arm: 'p-70', level: 0.7 },
              { arm: 'p-90', level: 0.9 },
            ],
          },
          {
            title: 'at the same effective momentum',
            levels: [
              { arm: 'effective-0', level: 0 },
              { arm: 'effective-30', level: 0.3 },
              { arm: 'effective-50', level: PRESERVE },
              { arm: 'effective-70', level: 0.7 },
              { arm: 'p-90', level: 0.9 },
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
