/**
 * Which epsilon robustness-fixmatch takes, what an adversary of one step makes of its teachers, and how many splits.
 *
 * Paper: none of its cells.
 * Expected: no published number.
 * Cost: 2 to 3 minutes of one CPU core a run with both evaluations; two arms, 3 splits (seeds that no study uses).
 * Command: npx nx run experiments:robustness-fixmatch-pilot
 */
import { fashionMnist } from '@spatial-ensemble/datasets';
import { fixmatch } from '@spatial-ensemble/fixmatch';
import { robustnessEvaluation } from '@spatial-ensemble/robustness';
import { defineExperiment } from '@spatial-ensemble/study';
import { MOMENTUM } from './settings/fixmatch-small.ts';
import { tma } from './settings/fixmatch-teachers.ts';
import { ADVERSARIAL, ATTACKS, ON_CLOTHES_IN_MINUTES } from './settings/robustness-fixmatch.ts';

const SPEC = { attacks: { ...ATTACKS, images: 300, epsilon: 8, curve: [4, 8, 12, 16, 24, 255] } } as const;
const robustness = robustnessEvaluation(fixmatch);

export default defineExperiment(
  fixmatch,
  {
    name: 'robustness-fixmatch-pilot',
    title: 'Pilot of the robustness of FixMatch on photographs of clothes',
    description:
      'Robust accuracy of teacher and student over epsilon, of plain strong views and of adversarial ones, on seeds that no study uses: what robustness-fixmatch takes is chosen here.',
    paper: [],
    cost: { cpuMinutes: 2.5, hardware: 'one CPU core', basis: 'measured: 121 to 142 seconds of CPU time' },
    ...ON_CLOTHES_IN_MINUTES,
    evaluations: {
      robustness: { title: 'robustness of the teacher', method: 'robustness', whose: 'teacher', spec: SPEC },
      'robustness-student': { title: 'robustness of the student', method: 'robustness', whose: 'student', spec: SPEC },
    },
    arms: {
      tma: { title: 'TMA', patch: { spec: { teacher: tma(MOMENTUM) } } },
      'tma-adversarial': {
        title: 'TMA, adversarial views',
        patch: { spec: { teacher: tma(MOMENTUM), adversarial: ADVERSARIAL } },
      },
    },
    seeds: [401, 402, 403],
    tiers: { small: {} },
    headline: { metric: 'robust-accuracy', whose: 'teacher', rule: 'last' },
  },
  { dataSets: [fashionMnist], evaluations: { robustness, 'robustness-student': robustness } },
);
