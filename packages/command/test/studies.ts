import { cifar10 } from '@spatial-ensemble/datasets';
import { defineExperiment, type StudyOf } from '@spatial-ensemble/study';
import { clothes } from '../../training/test/clothes.ts';
import { linearProbe, nearestCentroid } from '../../training/test/linear-probe.ts';
import { softmaxRegression } from '../../training/test/softmax-regression.ts';
import type { Experiment } from '../src/experiment.ts';

/** What small studies have in common. */
export const SMALL = {
  paper: [],
  cost: { hardware: 'a tiny machine', basis: 'made up' },
  data: { source: 'fashion-mnist', images: 'embedded', labelled: 500, heldOut: 50 },
  spec: { steps: 30, batch: 8, learningRate: 0.1, momentum: 0.9 },
  arms: { slow: { title: 'slow' }, fast: { title: 'fast', patch: { spec: { momentum: 0.5 } } } },
  seeds: [1],
  tiers: { small: {} },
  headline: { metric: 'accuracy', whose: 'teacher', rule: 'last' },
} satisfies Omit<StudyOf<Parameters<typeof softmaxRegression.bind>[0]>, 'name' | 'title'>;

/** A linear probe of the teacher, as a study declares it. */
export const LINEAR = {
  title: 'linear probe of the teacher',
  method: 'linear-probe',
  whose: 'teacher',
  spec: { steps: 25, batch: 16, learningRate: 0.5 },
} as const;

/** The same of the untrained encoder. */
export const UNTRAINED = { ...LINEAR, title: 'linear probe of the untrained encoder', whose: 'untrained' } as const;

/** A study with two evaluations and a measurement, at two tiers. */
export const STUDY = {
  ...SMALL,
  name: 'evaluated',
  title: 'Evaluated',
  cost: { ...SMALL.cost, flopPerSecond: 1e6 },
  evaluations: { linear: LINEAR, untrained: { ...UNTRAINED, data: { labelled: 100 } } },
  measurements: { centroid: { bank: 200 } },
  tiers: { small: {}, paper: { patch: { spec: { steps: 1000 }, evaluations: { linear: { spec: { steps: 500 } } } } } },
  headline: { metric: 'linear-top1', whose: 'teacher', rule: 'last' },
} as const;

/** What its evaluations and its measurement are. */
export const PARTS = {
  evaluations: { linear: linearProbe, untrained: linearProbe },
  measurements: { centroid: nearestCentroid },
};

export const EVALUATED: Experiment = defineExperiment(softmaxRegression, STUDY as never, {
  dataSets: [clothes, cifar10],
  ...PARTS,
});
