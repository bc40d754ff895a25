import { imageNet } from '@spatial-ensemble/datasets';
import { defineExperiment } from '@spatial-ensemble/study';
import { onFiles } from '../../../training/test/on-files.ts';

export default defineExperiment(
  onFiles,
  {
    name: 'files',
    title: 'Softmax regression on image files',
    paper: [],
    cost: { cpuMinutes: 0.1, hardware: '2 CPU cores', basis: 'measured' },
    data: { source: 'imagenet', labelled: 8, unlabelled: 'all', heldOut: 0 },
    spec: { steps: 400, batch: 4, learningRate: 0.05, momentum: 0.9 },
    arms: { slow: { title: 'slow' } },
    seeds: [1],
    tiers: { small: {} },
    headline: { metric: 'accuracy', whose: 'teacher', rule: 'last' },
  },
  { dataSets: [imageNet] },
);
