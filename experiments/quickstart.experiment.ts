/**
 * Quickstart: FixMatch with six kinds of teacher, on two CPU cores, in minutes.
 *
 * Paper: none of its cells; a twin of its question at a size that anyone can run (FixMatch with a smoothed teacher,
 * few labels). Published numbers do not apply to it.
 * Expected, one seed: supervised about 64 %, FixMatch 65 to 68 % of the 10,000 test images.
 * Cost: six runs, 5 to 10 minutes on 2 CPU cores.
 * Command: npx nx run experiments:quickstart
 */
import { fashionMnist } from '@spatial-ensemble/datasets';
import { fixmatch, type FixMatchInput } from '@spatial-ensemble/fixmatch';
import { defineExperiment } from '@spatial-ensemble/study';
import { effectiveOf } from '@spatial-ensemble/teacher';

const STEPS = 700;

// Every arm's teacher must forget its start: 1/(1 − m_eff) is at most a twentieth of the steps. sts is the slowest, at
// m_eff = 1 − (1 − p)(1 − m) = 1 − 0.5 · 0.06 = 0.97, which is 33 steps of 700.
const MOMENTUM = 0.94;
const PRESERVE = 0.5;
// Warmed up together, so that arms of one mean age lag alike from the first update on.
const WARM_UP = { warmUp: 'effective' } as const;
const STS = { kind: 'sts', momentum: MOMENTUM, preserve: PRESERVE, ...WARM_UP } as const;

export default defineExperiment(
  fixmatch,
  {
    name: 'quickstart',
    title: 'FixMatch on photographs of clothes, 4 labels a class',
    description:
      'Does the way in which the teacher follows the student matter? The same network, labels and steps with six teachers; ' +
      'the teacher makes the pseudo-labels. `tma-effective` is the fair control of `sts`: a moving average of the same mean age.',
    paper: [],
    cost: { cpuMinutes: 1, hardware: '2 CPU cores', basis: 'measured: 60 to 150 ms a step' },
    data: { source: 'fashion-mnist', images: 'embedded', labelled: 40, unlabelled: 'all', heldOut: 500 },
    spec: {
      steps: STEPS,
      batch: { labelled: 16, unlabelledRatio: 7 },
      // Three residual blocks of 32, 64, 128 channels; running statistics that keep up with a short run.
      network: { depth: 10, width: 2, stemStride: 2, channels: 1, batchNorm: { decay: 0.95 } },
      augment: { shift: 4, cutout: 14 },
      teacher: { kind: 'tma', momentum: MOMENTUM, ...WARM_UP },
    } satisfies FixMatchInput,
    arms: {
      none: { title: 'none: the student teaches itself', patch: { spec: { teacher: { kind: 'none' } } } },
      tma: { title: 'TMA' },
      'tma-effective': {
        title: 'TMA at the effective momentum of STS',
        role: 'control',
        patch: { spec: { teacher: { momentum: effectiveOf(STS) } } },
      },
      se: { title: 'SE at p = m', patch: { spec: { teacher: { kind: 'se', preserve: MOMENTUM, ...WARM_UP } } } },
      sts: {
        title: 'STS',
        patch: { spec: { teacher: STS } },
      },
      supervised: {
        title: 'supervised on the same labels',
        role: 'reference',
        patch: { spec: { teacher: { kind: 'none' }, pseudoLabels: { from: 'none' } } },
      },
    },
    seeds: [1],
    tiers: { small: {} },
    headline: { metric: 'accuracy', whose: 'teacher', rule: 'last' },
  },
  { dataSets: [fashionMnist] },
);
