/**
 * FixMatch's students and teachers on attacked and corrupted photographs of clothes: is a smoothed teacher more robust
 * than its student?
 *
 * Paper: none of its cells. That its work improves robustness is what a digest of it says, and its abstract does not.
 * Expected: nothing is published at this size. One teacher (tma, seed 2) told 66 of the first 100 images rightly, and 54
 * after all attacks within 8/255.
 * Cost: about 2 minutes a run, and an estimated 6 minutes for each of its two evaluations on 2 CPU cores; five arms, 20 seeds. The runs
 * are those of fixmatch-small, and are not run again where they are finished.
 * Command: npx nx run experiments:robustness-fixmatch
 */
import { fashionMnist } from '@spatial-ensemble/datasets';
import { fixmatch } from '@spatial-ensemble/fixmatch';
import { robustnessEvaluation } from '@spatial-ensemble/robustness';
import { defineExperiment } from '@spatial-ensemble/study';
import { MOMENTUM, ON_CLOTHES } from './settings/fixmatch-small.ts';
import { teachersAt } from './settings/fixmatch-teachers.ts';

const { none, tma, 'tma-effective': effective, se, sts } = teachersAt(MOMENTUM);

const SPEC = {
  attacks: { images: 500, norm: 'linf', units: '0..255', epsilon: 8 },
  corruptions: { images: 500, style: 'cifar' },
  calibration: {},
} as const;

const robustness = robustnessEvaluation(fixmatch);

export default defineExperiment(
  fixmatch,
  {
    name: 'robustness-fixmatch',
    title: 'Robustness of FixMatch’s students and teachers on photographs of clothes',
    description:
      'The share of images that no attack within 8/255 fools, of teacher and student of the same runs; beside it accuracy by corruption, calibration, and the signs of masked gradients, without which no attack can be believed.',
    paper: [],
    cost: {
      cpuMinutes: 14,
      hardware: '2 CPU cores',
      basis:
        'a run of fixmatch-small; its two evaluations are estimated (500 images, some 700 gradients of each), not measured',
    },
    ...ON_CLOTHES,
    evaluations: {
      robustness: { title: 'robustness of the teacher', method: 'robustness', whose: 'teacher', spec: SPEC },
      'robustness-student': { title: 'robustness of the student', method: 'robustness', whose: 'student', spec: SPEC },
    },
    arms: { none, tma, 'tma-effective': effective, se, sts },
    seeds: Array.from({ length: 20 }, (_, i) => i + 2),
    tiers: { small: {} },
    headline: { metric: 'robust-accuracy', whose: 'teacher', rule: 'last' },
  },
  { dataSets: [fashionMnist], evaluations: { robustness, 'robustness-student': robustness } },
);
