import { clothes } from '../../../training/test/clothes.ts';
import { softmaxRegression } from '../../../training/test/softmax-regression.ts';
import { defineExperiment } from '@spatial-ensemble/study';

export default defineExperiment(
  softmaxRegression,
  {
    name: 'tiny',
    title: 'Softmax regression on photographs of clothes',
    paper: [],
    cost: { cpuMinutes: 0.1, hardware: '2 CPU cores', basis: 'measured' },
    data: { source: 'fashion-mnist', images: 'embedded', labelled: 100, heldOut: 100 },
    spec: { steps: 600, batch: 16, learningRate: 0.05, momentum: 0.99 },
    arms: { slow: { title: 'slow' }, fast: { title: 'fast', patch: { spec: { momentum: 0.9 } } } },
    seeds: [1],
    tiers: { small: {} },
    headline: { metric: 'accuracy', whose: 'teacher', rule: 'last' },
  },
  { dataSets: [clothes] },
);
