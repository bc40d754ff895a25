import { fineTuneEvaluation, linearEvaluation, neighboursEvaluation } from '@spatial-ensemble/evaluation';
import { byol, type ByolInput } from '@spatial-ensemble/byol';
import type { StudyOf } from '@spatial-ensemble/study';

// How a frozen encoder is looked at on images that it did not learn from, and what few labels make of it.

type Evaluations = NonNullable<StudyOf<ByolInput>['evaluations']>;

/** All labels of a data set, none held out. */
const ALL = { labelled: 'all', unlabelled: 'all', heldOut: 0 } as const;

/** Data sets that an encoder of ImageNet is taken to, with their classes and training images. */
const OTHERS = {
  cifar10: { classes: 10, images: 50_000 },
  cifar100: { classes: 100, images: 50_000 },
  stl10: { classes: 10, images: 5_000 },
  // Grey: an encoder of colours sees three equal channels. All images, whatever a machine has beside those embedded here.
  'fashion-mnist': { classes: 10, images: 60_000, data: { images: 'full' } },
} as const;

/** Linear evaluation and nearest neighbours of the teacher's features on each of them, at the tier paper. */
const TO_OTHERS: Evaluations = Object.fromEntries(
  Object.entries(OTHERS).flatMap(([source, { classes, images, ...more }]) => {
    const name = source.replace('-', '');
    const data = { source, ...ALL, ...('data' in more ? more.data : {}) };
    const shared = { whose: 'teacher' as const, data, tiers: ['paper' as const] };
    return [
      [
        `linear-${name}`,
        {
          ...shared,
          title: `linear evaluation on ${source}`,
          method: 'linear',
          spec: { protocol: 'sts', name: `linear-${name}`, classes, images },
        },
      ],
      [
        `knn-${name}`,
        {
          ...shared,
          title: `nearest neighbours on ${source}`,
          method: 'neighbours',
          spec: { name: `knn-${name}`, k: 20, temperature: 0.1, bank: 'all' },
        },
      ],
    ];
  }),
);

/** Fine-tuned on a part of the labels, and the same of the untrained encoder. */
function few(percent: 1 | 10, images: number, more: object = {}): Evaluations {
  const evaluation = {
    method: 'fine-tune',
    spec: { name: `fine-tuned-${percent}`, classes: 1000, images, ...more },
    data: { labelled: images, heldOut: 0 },
  };
  return {
    [`few-${percent}`]: { title: `fine-tuned on ${percent} % of the labels`, whose: 'teacher', ...evaluation },
    [`few-${percent}-untrained`]: { title: 'the same of the untrained encoder', whose: 'untrained', ...evaluation },
  };
}

/** DEVIATION (transfer-byol): 13 and 128 images a class, drawn from the seed; SimCLR has lists of 1 and 10 % of ImageNet. */
const FEW: Evaluations = { ...few(1, 13_000, { epochs: 60 }), ...few(10, 128_000) };

export const EVALUATIONS: Evaluations = { ...TO_OTHERS, ...FEW };

const [linear, neighbours, fineTune] = [linearEvaluation(byol), neighboursEvaluation(byol), fineTuneEvaluation(byol)];

/** The code behind them. */
export const CODE = Object.fromEntries(
  Object.entries(EVALUATIONS).map(([name, { method }]) => [
    name,
    { linear, neighbours, 'fine-tune': fineTune }[method as 'linear' | 'neighbours' | 'fine-tune'],
  ]),
);

/**
 * The same on photographs of clothes: 1 and 10 % of 10,000 labels. The rate is ours: one at which an encoder and an untrained
 * one are both within a point of their best (README.md, "Pilots").
 */
const ten = {
  spec: { classes: 10, images: 1000, batch: 50, learningRate: 0.5, augment: { kind: 'shift' as const } },
  data: { labelled: 1000 },
};
const one = { spec: { ...ten.spec, images: 100 }, data: { labelled: 100 } };
export const FEW_OF_CLOTHES = {
  'few-1': one,
  'few-1-untrained': one,
  'few-10': ten,
  'few-10-untrained': ten,
};
