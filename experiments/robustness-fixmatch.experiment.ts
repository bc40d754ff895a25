/**
 * FixMatch's students and teachers on attacked and corrupted images: is a smoothed teacher more robust than its student,
 * and which teacher is the most robust?
 *
 * Paper: none of its cells. That its work improves robustness is what a digest of it says, and its abstract does not.
 * Expected: nothing is published at this size; README.md, "Pilots", has what chose epsilon.
 * Cost: tier small, about 4 minutes of one CPU core a run with its two evaluations; five arms, 20 splits, and as much
 * again with plain strong views. Tier gpu, 4.7e16 FLOP a run, a quarter of an hour on a GPU of the H100 class. Tier paper,
 * the official length, the whole test set and AutoAttack's numbers, 1.6e18 FLOP a run, eight and a half hours there.
 * Command: npx nx run experiments:robustness-fixmatch --threads 1
 */
import { cifar10, fashionMnist } from '@spatial-ensemble/datasets';
import { fixmatch } from '@spatial-ensemble/fixmatch';
import { robustnessEvaluation } from '@spatial-ensemble/robustness';
import { defineExperiment } from '@spatial-ensemble/study';
import { MOMENTUM as SMALL_MOMENTUM } from './settings/fixmatch-small.ts';
import { teachersAt, teachersOfTier } from './settings/fixmatch-teachers.ts';
import { claimsOf, gatesOf } from './settings/robust-teachers.ts';
import {
  ADVERSARIAL,
  ATTACKS,
  CORRUPTIONS,
  CURVE,
  KINDS,
  ON_CLOTHES_IN_MINUTES,
  TEACHERS,
  WHOLE,
} from './settings/robustness-fixmatch.ts';

// That of fixmatch-cifar10-short: 1/(1 − m_eff) is a thirty-third of the steps.
const MOMENTUM = 0.998;
/** The official FixMatch's, of its own length (google-research/fixmatch@d4985a15 fixmatch.py). */
const [WHOLE_MOMENTUM, WHOLE_STEPS] = [0.999, 2 ** 20];

const { none, tma, 'tma-effective': effective, se, sts } = teachersAt(MOMENTUM);
const small = teachersOfTier(SMALL_MOMENTUM);
const whole = teachersOfTier(WHOLE_MOMENTUM);

/** The default attacks, of so many images that an accuracy of 50 % has a standard error of 1.6 points. */
const SPEC = { attacks: { images: 1000, epsilon: 8 }, corruptions: { images: 1000, kinds: KINDS }, calibration: {} };
const SMALL_SPEC = { spec: { attacks: { ...ATTACKS, curve: CURVE }, corruptions: CORRUPTIONS } };

/** By the stopping rule: at tier small ten splits would not find the smallest effect of every claim. */
const [SPLITS, SMALL_SPLITS] = [10, 20];

const seedsOf = (splits: number) => Array.from({ length: splits }, (_, i) => i + 2);

const robustness = robustnessEvaluation(fixmatch);

export default defineExperiment(
  fixmatch,
  {
    name: 'robustness-fixmatch',
    title: 'Robustness of FixMatch’s students and teachers',
    description:
      'The share of images that no attack within 8/255 fools, and accuracy under corruptions, of teacher and student of the same runs; beside them calibration and the signs of masked gradients, behind which no attack can be believed. ' +
      'Strong views are adversarial (one step), or plain. `tma` shares the momentum of `sts`, `tma-effective` its mean age.',
    paper: [],
    cost: {
      cpuMinutes: 4,
      hardware: 'one CPU core',
      basis: 'measured: 80 seconds of training, 20 for each 100 attacked images of two networks, 40 of corrupted ones',
    },
    data: { source: 'cifar10', labelled: 250, unlabelled: 'all', heldOut: 500 },
    // The rest is the official FixMatch: WRN-28-2, 64 labelled and 448 unlabelled images a step.
    spec: { steps: 2 ** 15 },
    evaluations: {
      robustness: { title: 'robustness of the teacher', method: 'robustness', whose: 'teacher', spec: SPEC },
      'robustness-student': { title: 'robustness of the student', method: 'robustness', whose: 'student', spec: SPEC },
    },
    variants: {
      adversarial: { title: 'adversarial views', patch: { spec: { adversarial: ADVERSARIAL } } },
      plain: { title: 'plain views' },
    },
    arms: { none, tma, 'tma-effective': effective, se, sts },
    seeds: seedsOf(SPLITS),
    tiers: {
      small: {
        seeds: seedsOf(SMALL_SPLITS),
        patch: {
          ...ON_CLOTHES_IN_MINUTES,
          evaluations: { robustness: SMALL_SPEC, 'robustness-student': SMALL_SPEC },
        },
        arms: Object.fromEntries(['none', ...TEACHERS].map((arm) => [arm, small[arm]!])),
      },
      gpu: {
        cost: {
          gpuHours: 0.25,
          hardware: 'one GPU of the H100 class, bfloat16',
          basis:
            '2^15 steps · (512 · 3 + 448 · 4) images · 428.7 MFLOP = 4.7e16 FLOP at 65 TFLOP/s; attacks a twentieth of it',
        },
      },
      paper: {
        patch: { spec: { steps: WHOLE_STEPS }, evaluations: { robustness: WHOLE, 'robustness-student': WHOLE } },
        arms: Object.fromEntries(['none', ...TEACHERS].map((arm) => [arm, whole[arm]!])),
        cost: {
          gpuHours: 8.5,
          hardware: 'one GPU of the H100 class, bfloat16',
          basis:
            '32 times the training of tier gpu is 1.5e18 FLOP at 65 TFLOP/s, 6.4 h; about 6,150 forward passes of 10,000 images by two networks, 5,000 of them Square’s, 5.3e16, at a lower rate; 1.4 million pictures corrupted by one core in 1.1 h',
        },
      },
    },
    headline: { metric: 'robust-accuracy', whose: 'teacher', rule: 'last' },
    gates: gatesOf(['none', ...TEACHERS]),
    claims: claimsOf({ tma: 'TMA', se: 'SE', sts: 'STS' }, SPLITS, { extendedTo: { small: SMALL_SPLITS } }),
  },
  { dataSets: [fashionMnist, cifar10], evaluations: { robustness, 'robustness-student': robustness } },
);
