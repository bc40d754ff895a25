/**
 * Does the way in which the teacher follows the student matter, on images, by a network and by a method of one's own?
 *
 * Command: npx spatial-ensemble run my.experiment.ts
 */
import { defineExperiment } from '@spatial-ensemble/study';
import { effectiveOf } from '@spatial-ensemble/teacher';
import { shapes } from './data.ts';
import { consistency } from './method.ts';

// Both forget their start in the same time.
const STS = { kind: 'sts', momentum: 0.94, preserve: 0.5, warmUp: 'effective' } as const;
const TMA = { kind: 'tma', momentum: effectiveOf(STS), warmUp: 'effective' } as const;

export default defineExperiment(
  consistency,
  {
    // The name of the file.
    name: 'my',
    title: 'Consistency on drawn shapes, 8 labels a class',
    paper: [],
    cost: { cpuMinutes: 1, hardware: '2 CPU cores', basis: 'measured' },
    data: { source: 'shapes', labelled: 40, unlabelled: 'all', heldOut: 200 },
    spec: { steps: 600, network: { channels: 1, classes: 5 }, teacher: TMA },
    arms: {
      tma: { title: 'TMA at the effective momentum of STS', role: 'control' },
      sts: { title: 'STS', patch: { spec: { teacher: STS } } },
      labels: {
        title: 'the labels alone',
        role: 'reference',
        patch: { spec: { consistency: 0 } },
      },
    },
    seeds: [1],
    tiers: { small: {} },
    headline: { metric: 'accuracy', whose: 'teacher', rule: 'last' },
  },
  { dataSets: [shapes] },
);
