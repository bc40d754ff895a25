import { cifar10, fashionMnist, imageNet } from '@spatial-ensemble/datasets';
import { defineExperiment, resolveRuns, type Selection } from '@spatial-ensemble/study';
import { softmaxRegression } from '../../training/test/softmax-regression.ts';

/** An experiment with variants, two tiers and a published number. */
export const EXPERIMENT = defineExperiment(
  softmaxRegression,
  {
    name: 'tiny',
    title: 'Tiny',
    paper: [
      {
        table: 'tiny',
        cell: 'fast-few',
        arm: 'fast',
        variant: 'few',
        expected: 60,
        tolerance: { value: 2, source: 'Table 2' },
        source: 'Table 1',
      },
    ],
    cost: { gpuHours: 0.5, hardware: 'a GPU', basis: 'measured' },
    data: { source: 'fashion-mnist', images: 'embedded', labelled: 40, heldOut: 100 },
    spec: { steps: 100, batch: 8, learningRate: 0.1, momentum: 0.99 },
    arms: { slow: { title: 'slow' }, fast: { title: 'fast', patch: { spec: { momentum: 0.9 } } } },
    variants: { few: { title: '40 labels' }, many: { title: '100 labels', patch: { data: { labelled: 100 } } } },
    seeds: [1, 2],
    tiers: {
      paper: {},
      small: {
        patch: { spec: { steps: 10 } },
        seeds: [5],
        cost: { cpuMinutes: 2, hardware: '2 CPU cores', basis: 'measured' },
      },
    },
    headline: { metric: 'accuracy', whose: 'teacher', rule: 'last' },
  },
  { dataSets: [cifar10, fashionMnist, imageNet] },
);

/** The runs of it that a selection asks for. */
export const resolved = (selection: Selection) => resolveRuns(EXPERIMENT, selection);
