/**
 * The pilot of fixmatch-cifar10-short on two cores: does a moving average help there at all?
 *
 * Paper: none of its cells.
 * Expected: nothing is claimed here. It says whether, and with how many labels, the gate of fixmatch-cifar10-short opens
 * at tier small, how long a run takes, how much paired differences spread, and which momentum of its own STS takes. Its
 * seeds are never used again.
 * Cost: about 3 minutes a run on 2 CPU cores.
 * Command: npx nx run experiments:fixmatch-cifar10-pilot
 */
import { cifar10 } from '@spatial-ensemble/datasets';
import { fixmatch } from '@spatial-ensemble/fixmatch';
import { defineExperiment } from '@spatial-ensemble/study';
import { DATA, LABELS, ON_TWO_CORES } from './settings/fixmatch-cifar10-short.ts';
import { NONE, sts, tma } from './settings/fixmatch-teachers.ts';

export default defineExperiment(
  fixmatch,
  {
    name: 'fixmatch-cifar10-pilot',
    title: 'Pilot: does a moving average help FixMatch on CIFAR-10 in 1,000 steps?',
    description: 'FixMatch with 40 and with 250 labels, by none, and by TMA and by STS at two momenta each.',
    paper: [],
    cost: { cpuMinutes: 3, hardware: '2 CPU cores', basis: 'that of fixmatch-small for images of 1,024 pixels' },
    data: DATA,
    spec: ON_TWO_CORES,
    variants: LABELS,
    arms: {
      none: { title: 'none: the student teaches itself', role: 'reference', patch: { spec: NONE } },
      'tma-94': { title: 'TMA at 0.94', patch: { spec: { teacher: tma(0.94) } } },
      'tma-97': { title: 'TMA at 0.97', patch: { spec: { teacher: tma(0.97) } } },
      // As many momenta for STS. Its mean age at 0.88 is TMA's at 0.94.
      'sts-88': { title: 'STS at 0.88', patch: { spec: { teacher: sts(0.88) } } },
      'sts-94': { title: 'STS at 0.94', patch: { spec: { teacher: sts(0.94) } } },
    },
    seeds: [301, 302, 303, 304, 305],
    tiers: { small: {} },
    headline: { metric: 'accuracy', whose: 'teacher', rule: 'last' },
  },
  { dataSets: [cifar10] },
);
