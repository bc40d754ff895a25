/**
 * BYOL's students and teachers, each with a linear classifier on it, on attacked and corrupted images: is a smoothed
 * teacher's encoder more robust than its student's, of plain and of adversarial views, and of both together?
 *
 * Paper: none of its cells. A digest of it says that it combines self-supervised learning with adversarial training and
 * improves robustness; its abstract does not.
 * Expected: nothing is published of these teachers.
 * Cost: tier small, about 8 minutes of one CPU core a run with its two evaluations; five arms, one seed; training takes a third
 * less with plain views. Tier gpu, 1.3e17 FLOP a run, three quarters of an hour on a GPU of the H100 class. Tier paper,
 * 800 epochs, the whole test set and AutoAttack's numbers, 6.7e17 FLOP a run, five hours there. On both kinds of views
 * training takes half as much again (2.0e17 FLOP at tier gpu, traced).
 * Command: npx nx run experiments:robustness-byol --variant plain
 *
 * Tier small is of photographs of clothes, where features stay below raw pixels: it shows that everything fits together,
 * and no claim is asked there.
 */
import { byol } from '@spatial-ensemble/byol';
import { cifar10, fashionMnist } from '@spatial-ensemble/datasets';
import { robustnessEvaluation } from '@spatial-ensemble/robustness';
import { defineExperiment } from '@spatial-ensemble/study';
import { effectiveOf } from '@spatial-ensemble/teacher';
import { LIGHTLY, MOMENTUM, PRESERVE } from './settings/byol-cifar10.ts';
import { onClothes, WIRING } from './settings/byol-imagenet.ts';
import { claimsOf, gatesOf } from './settings/robust-teachers.ts';
import { ADVERSARIAL, ATTACKS, CORRUPTIONS, CURVE, KINDS, WHOLE } from './settings/robustness-fixmatch.ts';

/**
 * The student's in all arms: a teacher sees clean images alone, so that statistics of its own would be of other images than
 * the student's where that learns of adversarial ones, and those of a second set would follow at another pace in each arm.
 */
const BUFFERS = 'copy';
const STS = { kind: 'sts', momentum: MOMENTUM, preserve: PRESERVE, buffers: BUFFERS } as const;

// A short run: 1/(1 − m_eff) is at most a twentieth of its 2,500 steps: 1 − 0.3 · 0.03 = 0.991 is 111 of them.
const SMALL_MOMENTUM = 0.97;

/** What is attacked: the linear classifier of the protocol of STS, trained on features of images as they are. */
const HEAD = { protocol: 'sts', classes: 10, images: 49_500, augment: { kind: 'none' } } as const;
const SPEC = {
  head: HEAD,
  attacks: { images: 1000, epsilon: 8 },
  corruptions: { images: 1000, kinds: KINDS },
  calibration: {},
};
const BY_ADVERSARIAL = { spec: { norms: 'adversarial' } } as const;
const SMALL_SPEC = {
  spec: { head: { images: 9500 }, attacks: { ...ATTACKS, curve: CURVE }, corruptions: CORRUPTIONS },
};

const { data, spec } = onClothes(SMALL_MOMENTUM).patch;
const CLOTHES = { ...spec, images: 9500, teacher: { momentum: SMALL_MOMENTUM } };

const robustness = robustnessEvaluation(byol);

export default defineExperiment(
  byol,
  {
    name: 'robustness-byol',
    title: 'Robustness of BYOL’s students and teachers',
    description:
      'The share of images that no attack within 8/255 fools, and accuracy under corruptions, of linear classifiers on the encoders of teacher and student of the same runs. Views are adversarial (one step), or plain, or both, each by batch norms of their own.',
    paper: [],
    cost: {
      cpuMinutes: 8,
      hardware: 'one CPU core',
      basis: 'measured: 115 to 125 ms a step of training by adversarial views, 90 seconds for each of two evaluations',
    },
    data: { source: 'cifar10', labelled: 'all', unlabelled: 'all', heldOut: 500 },
    spec: {
      ...LIGHTLY,
      images: 49_500,
      batch: 256,
      teacher: { kind: 'tma', momentum: MOMENTUM, buffers: BUFFERS },
    },
    evaluations: {
      robustness: { title: 'robustness of the teacher', method: 'robustness', whose: 'teacher', spec: SPEC },
      'robustness-student': { title: 'robustness of the student', method: 'robustness', whose: 'student', spec: SPEC },
    },
    variants: {
      adversarial: { title: 'adversarial views', patch: { spec: { adversarial: ADVERSARIAL } } },
      plain: { title: 'plain views' },
      // ACL's dual stream (arXiv 2010.13337), looked at by the norms of adversarial images, by which it is fine-tuned.
      dual: {
        title: 'plain and adversarial views, each by norms of their own',
        tiers: ['gpu', 'paper', 'smoke'],
        patch: {
          spec: { adversarial: { ...ADVERSARIAL, stream: 'dual', batchNorm: 'dual' } },
          evaluations: { robustness: BY_ADVERSARIAL, 'robustness-student': BY_ADVERSARIAL },
        },
      },
    },
    arms: {
      tma: { title: 'TMA' },
      'tma-effective': {
        title: 'TMA at the effective momentum of STS',
        role: 'control',
        patch: { spec: { teacher: { momentum: effectiveOf(STS) } } },
      },
      se: { title: 'SE at p = m', patch: { spec: { teacher: { kind: 'se', preserve: MOMENTUM, buffers: BUFFERS } } } },
      sts: { title: 'STS', patch: { spec: { teacher: STS } } },
      none: {
        title: 'none: the student teaches itself',
        role: 'reference',
        patch: { spec: { teacher: { kind: 'none' } } },
      },
    },
    seeds: [1, 2, 3, 4, 5],
    tiers: {
      small: {
        wiring: WIRING,
        // That everything fits together, one seed shows.
        seeds: [1],
        patch: {
          data,
          spec: CLOTHES,
          evaluations: { robustness: SMALL_SPEC, 'robustness-student': SMALL_SPEC },
        },
        arms: {
          'tma-effective': { spec: { teacher: { momentum: effectiveOf({ ...STS, momentum: SMALL_MOMENTUM }) } } },
          se: { spec: { teacher: { preserve: SMALL_MOMENTUM } } },
          sts: { spec: { teacher: { momentum: SMALL_MOMENTUM } } },
        },
      },
      gpu: {
        cost: {
          gpuHours: 0.75,
          hardware: 'one GPU of the H100 class, bfloat16',
          basis:
            'that of byol-cifar10 (8.8e16 FLOP at 50 TFLOP/s), half as much again for an adversary of one step (1.32e17, traced)',
        },
      },
      paper: {
        patch: {
          // philippmwirth/byol README.md on CIFAR-10: 800 epochs, 0.91 by nearest neighbours.
          spec: { epochs: 800 },
          evaluations: { robustness: WHOLE, 'robustness-student': WHOLE },
        },
        cost: {
          gpuHours: 5,
          hardware: 'one GPU of the H100 class, bfloat16',
          basis:
            'four times the training of tier gpu is 5.3e17 FLOP at 50 TFLOP/s; about 6,150 forward passes of 10,000 images by two networks, 5,000 of them Square’s, 1.4e17; 1.4 million pictures corrupted by one core in 1.1 h',
        },
      },
    },
    headline: { metric: 'robust-accuracy', whose: 'teacher', rule: 'last' },
    gates: gatesOf(['tma', 'tma-effective', 'se', 'sts', 'none']),
    claims: claimsOf({ tma: 'TMA', se: 'SE', sts: 'STS' }, 5, { tiers: ['gpu', 'paper'] }),
  },
  { dataSets: [fashionMnist, cifar10], evaluations: { robustness, 'robustness-student': robustness } },
);
